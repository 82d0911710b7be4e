/** The command line as a function of its arguments. scripts/main.ts calls it. */

import { Command, CommanderError } from 'commander';
import { assertNoPassword } from './arguments.js';
import { DATABASE_COMMANDS } from './database-commands.js';
import { withEnvFile } from './env-file.js';
import { optionDescription, withExamples, withOverview } from './help.js';
import { MIGRATION_COMMANDS } from './migration-commands.js';
import { dataSourceIn, installedCommands } from '../text/installed-commands.js';
import { safely, type ExitCode, type Io, type Terminal } from './io.js';
import { verbatim } from './line.js';
import { assertNpmTookNothing } from './npm-options.js';
import type { AddCommand, Registry } from './options.js';
import type { Project } from './project.js';
import { reportError } from './report-error.js';
import { toolVersion } from '../package-version.js';
import { withChosenDataSource } from './which-data-source.js';

/**
 * Runs the command line.
 *
 * @param argv without node and script
 * @returns the exit code; it never throws and never ends the process
 */
export async function run(argv: readonly string[], terminal: Terminal, project: Project): Promise<ExitCode> {
  let code: ExitCode = 0;
  const file = dataSourceIn(argv);
  const io = safely(terminal, file === undefined ? undefined : (message) => installedCommands(message, file));
  const program = newProgram(io);
  const registry = { program, context: { io, project }, settle: (result: ExitCode) => void (code = result) };
  addCommands(registry, argv);
  withEnvFile(program, io.env);
  withChosenDataSource(program, { argv, project });
  withExamples(program, project);
  try {
    assertNoPassword(argv);
    assertNpmTookNothing(
      program.commands.find((command) => command.name() === argv[0]),
      argv,
      io.env,
    );
    if (argv.length === 0) io.err(verbatim(program.helpInformation().trimEnd()));
    await io.unlessStopped(program.parseAsync(withTargets(program, argv), { from: 'user' }));
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return reportError(error, io, { json: argv.includes('--json') });
  }
}

const COMMANDS: Readonly<Record<string, AddCommand>> = { ...DATABASE_COMMANDS, ...MIGRATION_COMMANDS };

/** Adds the command that is called; all of them for the help, and to find one with a similar name. */
export function addCommands(registry: Registry, [name = '']: readonly string[] = []): void {
  const called = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const add of called ? [called] : Object.values(COMMANDS)) add(registry);
}

function newProgram(io: Io): Command {
  return withOverview(new Command('orchestrator-db'))
    .description('Migrates databases with the entities and revisions of this project.')
    .version(toolVersion(), '--version', 'print the version of this package')
    .helpOption('-h, --help', 'print the help of a command')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ optionDescription })
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(verbatim(text.trimEnd())), writeErr: () => undefined });
}

/** Treats `-2` as a target, not as an option, unless it is the value of one. Words after `--` stay unchanged. */
function withTargets({ commands }: Command, argv: readonly string[]): string[] {
  const options = commands.find((command) => command.name() === argv[0])?.options ?? [];
  const takesValue = (word = '') =>
    options.some(({ required, short, long }) => required && [short, long].includes(word));
  const at = argv.findIndex((word, index) => /^-\d+$/.test(word) && !takesValue(argv[index - 1]));
  if (at < 0 || argv.includes('--')) return [...argv];
  return [...argv.filter((_word, index) => index !== at), '--', argv[at] ?? ''];
}
