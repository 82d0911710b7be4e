import { readFileSync } from 'node:fs';

/** How esbuild, which tsx uses, reports a line: file:line:column: ERROR: words. */
const REPORTED = /^(?<file>.+):(?<line>\d+):\d+: ERROR: (?<words>.+)$/m;

const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/;

/** A frame of a decorator of TypeORM, compiled or mapped to its source. */
const DECORATOR = /[\\/]typeorm[\\/](?:\S+[\\/])?decorator[\\/]/;

const DECORATORS =
  'the decorators of its entities fail, since its TypeScript is compiled in the newer form of decorators. ' +
  'Set "experimentalDecorators": true and "emitDecoratorMetadata": true in its tsconfig.json, then run the command again.';

/**
 * The reason why a source file does not compile, in one line, with the file and the line, or why its entities cannot be
 * loaded; undefined for any other error.
 *
 * @param error the error of importing the file
 */
export function sourceProblem(error: unknown): string | undefined {
  if (error instanceof TypeError && DECORATOR.test(error.stack ?? '')) return DECORATORS;
  const { file, line, words } = REPORTED.exec(error instanceof Error ? error.message : '')?.groups ?? {};
  if (file === undefined || line === undefined || words === undefined) return undefined;
  const place = `${file}:${line}`;
  return isConflict(file, Number(line))
    ? `${place} contains a merge conflict. Resolve it, then run the command again.`
    : `${place} does not compile: ${words}. Fix the file, then run the command again.`;
}

function isConflict(file: string, line: number): boolean {
  try {
    return CONFLICT.test(readFileSync(file, 'utf8').split('\n')[line - 1] ?? '');
  } catch {
    return false;
  }
}
