import { readFileSync } from 'node:fs';

/** How compilers report a line: esbuild, which tsx uses, and TypeScript, which ts-node uses. */
const REPORTED = [
  /^(?<file>.+):(?<line>\d+):\d+: ERROR: (?<words>.+)$/m,
  /^(?<file>.+)\((?<line>\d+),\d+\): error (?<words>TS\d+: .+)$/m,
];

/** How Node reports a line of JavaScript: it stands before the message in the stack. */
const OF_NODE = /^(?:file:\/\/)?(?<file>.+\.[cm]?js):(?<line>\d+)\n/;

const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/;

/** Frames of a decorator of TypeORM: compiled, or mapped to its source, which version 1 places in the project's folder. */
const DECORATOR = [
  /[\\/]typeorm[\\/](?:\S+[\\/])?decorator[\\/]/,
  /[\\/]src[\\/]decorator[\\/](?:(?:columns|entity|entity-view|listeners|relations|tree)[\\/]\w+|Check|Exclusion|ForeignKey|Generated|Index|Unique)\.ts:/,
];

const DECORATORS =
  'the decorators of its entities fail, since its TypeScript is compiled in the newer form of decorators. ' +
  'Set "experimentalDecorators": true and "emitDecoratorMetadata": true in its tsconfig.json, then run the command again.';

/** How ts-node reports a setting that TypeScript does not take. */
const SETTING = /^error (?<setting>TS\d+: .+)$/m;

/** TypeORM's error about a column without a type. */
const UNTYPED = /^Column type for (?<column>\S+) is not defined and cannot be guessed\./;

/** TypeORM's error about a column whose type another database has. */
const UNSUPPORTED = /^Data type "(?<type>[^"]+)" in "[^"]+" is not supported by "[^"]+" database\./;

/** What an entity declares instead where its revisions are for PostgreSQL and SQLite. */
const PORTABLE: Readonly<Record<string, string>> = {
  enum: `type: 'simple-enum', an enumerated type on PostgreSQL`,
  jsonb: `type: 'simple-json', a jsonb on PostgreSQL`,
  ...instants('timestamptz', 'timestamp with time zone', 'timestamp', 'datetime'),
};

function instants(...types: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(types.map((type) => [type, 'type: Date, a timestamptz on PostgreSQL']));
}

/**
 * The reason why a source file does not compile, in one line, with the file and the line, or why its entities cannot be
 * loaded; undefined for any other error.
 *
 * @param error the error of importing the file
 */
export function sourceProblem(error: unknown): string | undefined {
  if (error instanceof TypeError && DECORATOR.some((frame) => frame.test(error.stack ?? '')))
    return DECORATORS;
  const message = error instanceof Error ? error.message : '';
  const { column } = UNTYPED.exec(message)?.groups ?? {};
  if (column !== undefined) return untypedWords(column);
  const { type = '' } = UNSUPPORTED.exec(message)?.groups ?? {};
  if (Object.hasOwn(PORTABLE, type)) return portableWords(message, PORTABLE[type] ?? '');
  if (isWithoutDetails(error)) return WITHOUT_DETAILS;
  const { setting } = SETTING.exec(message)?.groups ?? {};
  if (setting !== undefined) return `TypeScript rejects the settings of tsconfig.json: ${setting}`;
  const { file, line, words } = placeIn(error, message);
  if (file === undefined || line === undefined || words === undefined) return undefined;
  const place = `${file}:${line}`;
  return isConflict(file, Number(line))
    ? `${place} contains a merge conflict. Resolve it, then run the command again.`
    : `${place} does not compile: ${/[.?!]$/.test(words) ? words : `${words}.`} Fix the file, then run the command again.`;
}

/** A file, its line, and what is wrong there, where the error has them. */
function placeIn(error: unknown, message: string): Partial<Record<'file' | 'line' | 'words', string>> {
  const found = REPORTED.map((pattern) => pattern.exec(message)).find((match) => match !== null);
  if (found) return found.groups ?? {};
  const place = error instanceof SyntaxError ? OF_NODE.exec(error.stack ?? '') : undefined;
  return place ? { ...place.groups, words: message } : {};
}

const WITHOUT_DETAILS =
  'a source file does not compile, and ts-node/esm does not report which. Run npx tsc --noEmit to see it.';

/** Node cannot pass an error of ts-node from the thread of its hooks: an object without properties arrives. */
export function isWithoutDetails(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Object.getPrototypeOf(error) === null;
}

function untypedWords(column: string): string {
  return (
    `the type of the column ${column} is unknown: its TypeScript was compiled without the types of properties. ` +
    'Set "emitDecoratorMetadata": true in its tsconfig.json. tsx ignores that option: run npm install --save-dev ts-node, or specify the type in @Column().'
  );
}

function portableWords(message: string, portable: string): string {
  return (
    `${message} A DataSource of createDataSource is for PostgreSQL and SQLite: declare ${portable}. ` +
    "For PostgreSQL alone, export guard(new DataSource({ type: 'postgres', ... })) instead"
  );
}

function isConflict(file: string, line: number): boolean {
  try {
    return CONFLICT.test(readFileSync(file, 'utf8').split('\n')[line - 1] ?? '');
  } catch {
    return false;
  }
}
