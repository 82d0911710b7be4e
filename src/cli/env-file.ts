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
  const text = contentOf(file).replaceAll(/\r\n?/g, '\n');
  const unread = unreadLine(text);
  if (unread !== undefined)
    throw new UsageError(
      `--env-file: line ${unread} of ${file} sets no variable: write NAME=value, or # before a comment.`,
    );
  return parseEnv(text);
}

/** Without the mark that editors on Windows put before UTF-8. */
function contentOf(file: string): string {
  const bytes = bytesOf(file);
  if (bytes.includes(0))
    throw new UsageError(
      `--env-file: ${file} is not UTF-8. Save it as UTF-8, as PowerShell's Out-File -Encoding utf8 does.`,
    );
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--env-file: ${file} cannot be read: ${messageOf(error)}`);
  }
}

/** The number of the first line that would be passed over and is no comment. A quoted value may have several lines. */
function unreadLine(text: string): number | undefined {
  const lines = text
    .replaceAll(/=[ \t]*(["'`])[\s\S]*?\1/g, (value) => `=${value.replaceAll(/[^\n]/g, '')}`)
    .split('\n');
  const at = lines.findIndex((line) => /^\s*[^#\s]/.test(line) && !line.includes('='));
  return at < 0 ? undefined : at + 1;
}
