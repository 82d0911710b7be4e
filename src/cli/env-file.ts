import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { messageOf, UsageError } from '../errors/base.js';

/**
 * Gives every command the option --env-file, for an application that keeps its settings in such a file. As with Node's
 * own option of that name, variables that are set already stay as they are.
 *
 * @param env where the variables go, `process.env` for example
 */
export function withEnvFile(program: Command, env: Record<string, string | undefined>): void {
  for (const command of program.commands)
    command.option('--env-file <file>', 'read environment variables from a file; variables that are set win');
  program.hook('preAction', (_program, command) => {
    const { envFile } = command.opts<{ readonly envFile?: string }>();
    if (envFile !== undefined) for (const [name, value] of Object.entries(read(envFile))) env[name] ??= value;
  });
}

function read(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--env-file: ${file} cannot be read: ${messageOf(error)}`);
  }
}
