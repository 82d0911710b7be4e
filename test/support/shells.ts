import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnownTarget } from '../../src/database-url.js';
import { findProgram } from './programs.js';
import { runProcess, type ProcessResult } from './run-script.js';
import { urlOf } from './servers.js';
import { until } from './until.js';

/** A shell that is open, as a person has one. */
export interface OpenShell {
  /** Gives it lines, and waits until it has read and run them. */
  send(lines: string): Promise<void>;
  /** Ends its input, and waits for its end. */
  end(): Promise<ProcessResult>;
}

/**
 * Feeds a script to the database's own shell, `psql` or `sqlite3`, which stops at the first error; a lenient one goes
 * on unless the script changes that.
 */
export function runInShell(
  target: KnownTarget,
  script: string,
  { lenient = false }: { readonly lenient?: boolean } = {},
): Promise<ProcessResult> {
  const { program, args, stopping } = shellOf(target);
  return runProcess(program, [...(lenient ? [] : stopping), ...args], { input: script });
}

/** Provides the same without an end of its input. */
export async function whileOpen(
  target: KnownTarget,
  use: (shell: OpenShell) => Promise<void>,
): Promise<void> {
  const { program, args, stopping, touch } = shellOf(target);
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-shell-'));
  const child = spawn(program, [...stopping, ...args]);
  const ended = resultOf(child);
  let marks = 0;
  const shell: OpenShell = {
    send: async (lines) => {
      marks += 1;
      const mark = join(folder, `mark-${marks}`);
      child.stdin.write(`${lines}\n${touch} touch ${mark}\n`);
      await until(() => Promise.resolve(existsSync(mark)), ended);
    },
    end: async () => {
      child.stdin.end();
      const { code, stdout, stderr } = await ended;
      return { code, stdout, stderr };
    },
  };
  try {
    await use(shell);
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
}

/** How a shell is called, and its command that runs a program. */
function shellOf(target: KnownTarget): {
  readonly program: string;
  readonly args: readonly string[];
  /** Makes it stop at the first error. */
  readonly stopping: readonly string[];
  readonly touch: string;
} {
  return target.dialect === 'postgres'
    ? {
        program: findProgram('psql'),
        args: ['-X', '-d', urlOf(target)],
        stopping: ['-v', 'ON_ERROR_STOP=1'],
        touch: '\\!',
      }
    : { program: findProgram('sqlite3'), args: [target.path], stopping: ['-bail'], touch: '.shell' };
}

function resultOf(
  child: ChildProcessWithoutNullStreams,
): Promise<ProcessResult & { readonly signal: NodeJS.Signals | null }> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
