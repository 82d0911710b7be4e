import { InvalidArgumentError, type Command } from 'commander';
import type { ExitCode } from './io.js';
import type { CommandContext } from './open.js';

/** Where commands are added. */
export interface Registry {
  readonly program: Command;
  readonly context: CommandContext;
  /** Takes a command's exit code. */
  readonly settle: (code: ExitCode) => void;
}

/** Adds the option that names another project's DataSource. */
export function withDataSource(command: Command): Command {
  return command.option(
    '-d, --data-source <file>',
    'a file that exports one TypeORM DataSource; default: the one of this project',
  );
}

/** Adds the option for programs. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document', false).allowExcessArguments(false);
}

/** @throws InvalidArgumentError */
export function wholeSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text))
    throw new InvalidArgumentError('It is a whole number of seconds, up to 99999.');
  return Number(text);
}

/** @throws InvalidArgumentError */
export function seconds(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text))
    throw new InvalidArgumentError('It is a number of seconds, 0.5 for example, up to 99999.');
  return Number(text);
}
