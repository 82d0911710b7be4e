import { spawn } from 'node:child_process';
import { compiledCopy } from './compiled-copy.js';
import type { ProcessResult } from './run-script.js';

/** A process of ours that is running. */
export interface Running {
  readonly pid: number;
  /** What it has written to standard error so far. */
  readonly stderr: string;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  /** kill -9. */
  kill(): void;
  readonly ended: Promise<Ended>;
}

/** How it ended: with a code, or by a signal. */
export interface Ended extends ProcessResult {
  readonly signal: NodeJS.Signals | null;
}

/** What to run: a script of scripts/ by name, and its arguments. */
export interface Command {
  readonly script: 'orchestrator-db' | 'typeorm' | 'init-database';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where; default here. */
  readonly cwd?: string;
  /** Words before it, which end in running it: another network for example. */
  readonly through?: readonly string[];
}

/** What a process needs of ours to run at all; settings of the database are the command's. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Starts a script in a process of its own, compiled; `run` is the starter of another copy than that of all tests. */
export function startProcess(
  { script, args, env, cwd, through = [] }: Command,
  run = compiledCopy().run,
): Running {
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const [program = '', ...words] = [...through, process.execPath, run, script, ...args];
  const child = spawn(program, words, {
    env: { ...(Object.fromEntries(inherited) as Record<string, string>), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    get stderr() {
      return stderr;
    },
    signal: (name) => void child.kill(name),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/** The same, to its end. */
export function runCommand(command: Command): Promise<Ended> {
  return startProcess(command).ended;
}

/** `-d` and the compiled DataSource file of test/support of that name. */
export function dataSourceFile(name: string): readonly string[] {
  return ['-d', compiledCopy().compiled(`test/support/${name}.ts`)];
}

/** Does something with each, at most `atOnce` at a time; the results are in the order of the items. */
export async function eachAtMost<T, R>(
  atOnce: number,
  items: readonly T[],
  use: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await use(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
