import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { OrchestratorDbError, SettingsError, UsageError, messageOf } from '../errors.js';
import { check, type CheckOptions } from './commands/check.js';
import { init, type InitOptions } from './commands/init.js';
import { paint, type ExitCode, type Io } from './io.js';
import type { Project } from './project.js';

/**
 * Runs the command line.
 *
 * @param argv without node and script
 * @returns the exit code; it never throws and never ends the process
 */
export async function run(argv: readonly string[], io: Io, project: Project): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = newProgram(io);
  addInit(program, async (options) => void (code = await init(options, io, project)));
  addCheck(program, async (options) => void (code = await check(options, io, project)));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, argv, io);
  }
}

function newProgram(io: Io): Command {
  return new Command('orchestrator-db')
    .description('Brings databases up, from the entities and revisions of this project.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: () => undefined });
}

function addInit(program: Command, action: (options: InitOptions) => Promise<void>): void {
  program
    .command('init')
    .description(
      'apply pending revisions, compare the schema with the entities, insert what an application begins with',
    )
    .addOption(
      new Option('--env <environment>', 'what the database is for')
        .choices(['development', 'production'])
        .default('development'),
    )
    .option('--wait <seconds>', 'how long to wait for the server', wholeSeconds, 30)
    .option('--admin <name>', 'make this administrator; password from ADMIN_PASSWORD or standard input')
    .option('--json', 'print one JSON document', false)
    .allowExcessArguments(false)
    .action(action);
}

function addCheck(program: Command, action: (options: CheckOptions) => Promise<void>): void {
  program
    .command('check')
    .description('compare the live schema with the entities, and list pending revisions; writes nothing')
    .option(
      '-d, --data-source <file>',
      'a file that exports one TypeORM DataSource; default: the one of this project',
    )
    .option('--strict', 'count objects that entities cannot say as drift', false)
    .option('--ignore <name...>', 'unmanaged objects to pass over; * stands for any text', [])
    .option('--json', 'print one JSON document', false)
    .allowExcessArguments(false)
    .action(action);
}

function wholeSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text))
    throw new InvalidArgumentError('It is a whole number of seconds, up to 99999.');
  return Number(text);
}

function report(error: unknown, argv: readonly string[], io: Io): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const code =
    error instanceof OrchestratorDbError
      ? error.code
      : error instanceof CommanderError
        ? 'USAGE'
        : 'UNEXPECTED';
  const message = (error instanceof CommanderError ? withoutSecrets(error.message) : messageOf(error))
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ');
  io.err(
    `${paint(io, 'bad', 'error')}: ${message === '(outputHelp)' ? 'a command is needed, for example: init' : message}`,
  );
  if (argv.includes('--json')) io.out(JSON.stringify({ status: 'failed', error: { code, message } }));
  return exitCodeOf(error);
}

/** Commander repeats what it was given, which may be a password where none belongs. */
function withoutSecrets(words: string): string {
  return words
    .replace(/(unknown option '--?[^='\s]*)=[^]*'/, "$1'")
    .replace(/(:\/\/[^:@\s]*):[^\s]*@/g, '$1:***@');
}

function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CommanderError || error instanceof UsageError || error instanceof SettingsError
    ? 64
    : 1;
}
