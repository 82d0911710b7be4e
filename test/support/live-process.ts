import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiledCopy } from './compiled-copy.js';
import type { Command, Ended } from './processes.js';

/** A process of ours, of which a test can hear while it runs and which it can signal. */
export interface LiveProcess {
  /** What it has written to standard error so far. */
  readonly stderr: string;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  readonly ended: Promise<Ended>;
}

/** What a process needs of ours to run at all; settings of the database are the command's. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Starts a script in a process of its own, compiled; `run` is the starter of another copy than that of all tests. */
export function startLive({ script, args, env }: Command, run = compiledCopy().run): LiveProcess {
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const child = spawn(process.execPath, [run, script, ...args], {
    env: { ...(Object.fromEntries(inherited) as Record<string, string>), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
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
    get stderr() {
      return stderr;
    },
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** A copy of this project, compiled, whose revisions are those that a file of test/support exports as `revisions`. */
export interface OtherProject {
  /** Its starter, for startLive. */
  readonly run: string;
  remove(): void;
}

/** Its command lines then work on those without any `-d`, by its own ormconfig. */
export function projectWithRevisions(file: string): OtherProject {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-project-'));
  cpSync(dirname(dirname(compiledCopy().run)), folder, { recursive: true, verbatimSymlinks: true });
  rmSync(join(folder, 'dist', 'src', 'migrations'), { recursive: true });
  cpSync(
    compiledCopy().compiled(`test/support/${file}.ts`),
    join(folder, 'dist', 'src', 'migrations', '1800000000371-ReadSlowly.js'),
  );
  writeFileSync(
    join(folder, 'dist', 'src', 'migrations', 'index.js'),
    `export { revisions as migrations } from './1800000000371-ReadSlowly.js';\n`,
  );
  return {
    run: join(folder, 'scripts', 'run.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
