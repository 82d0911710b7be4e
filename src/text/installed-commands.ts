import { shellQuoted } from './shell.js';

/** An npm script of this repository, and where npm passes on what follows. */
const SCRIPT = /\bnpm run (?:-s )?db(?![\w-])(?::([a-z]+)(?: --(?= ))?| -- ([a-z]+)|)/g;

/**
 * The commands in a message as an installed package has them: `npm run -s db:check -- --accept` is
 * `npx orchestrator-db check -d src/data-source.ts --accept`. Another project has none of these npm scripts, and without
 * `-d` a command works on the entities of this package.
 *
 * @param file what `-d` names
 */
export function installedCommands(message: string, file: string): string {
  const option = `-d ${/^([\w./@-]+|<file>)$/.test(file) ? file : shellQuoted(file)}`;
  return message.replace(SCRIPT, (_script, ...[script, word]: readonly (string | undefined)[]) => {
    const command = script ?? word;
    return command === undefined ? 'npx orchestrator-db' : `npx orchestrator-db ${command} ${option}`;
  });
}

/** What the arguments name as the DataSource of another project. */
export function dataSourceIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => /^(?:-d|--data-source)$/.test(word));
  if (at >= 0) return argv[at + 1];
  return argv.flatMap((word) => /^--data-source=(.*)$/.exec(word)?.[1] ?? [])[0];
}
