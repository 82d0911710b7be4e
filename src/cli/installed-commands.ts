/** An npm script of this repository, and where npm passes on what follows. */
const SCRIPT = /\bnpm run (?:-s )?db(?![\w-])(?::([a-z]+))?(?: --(?= ))?/g;

/**
 * The commands in a message as an installed package has them: `npm run -s db:check -- --accept` is
 * `npx orchestrator-db check --accept`. Another project has none of these npm scripts.
 */
export function installedCommands(message: string): string {
  return message.replace(SCRIPT, (_script, command?: string) =>
    command === undefined ? 'npx orchestrator-db' : `npx orchestrator-db ${command}`,
  );
}

/** Whether the arguments name the DataSource of another project. */
export function namesDataSource(argv: readonly string[]): boolean {
  return argv.some((word) => /^(?:-d|--data-source(?:=.*)?)$/.test(word));
}
