import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What to start. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How it may end; default 0. */
  readonly codes?: readonly number[];
}

/** Settings that would reach a program that is measured; CI makes TypeORM paint its output. */
const FOREIGN = /^(DATABASE_|DB_|SCRATCH_|NODE_OPTIONS$|NODE_PATH$|TSX_|npm_|PG|CI$|FORCE_COLOR$)/;
const POLL_MS = 1;
/** The kernel tells programs times in hundredths of a second, whatever it counts in. */
const MS_A_TICK = 10;

/** What a process took. */
export interface Usage {
  /** Milliseconds from its start to its end. */
  readonly wallMs: number;
  /** Milliseconds on a processor, in steps of 10; steadier than the other on a busy machine. NaN without /proc. */
  readonly cpuMs: number;
}

/**
 * Runs a program to its end.
 *
 * @throws Error with its output when it fails
 */
export function usageOf(command: Command): Promise<Usage> {
  return usageOfAll([command]);
}

/** Runs programs at once, each to its end: the time until the last one ends, and that of all on a processor. */
export async function usageOfAll(commands: readonly Command[]): Promise<Usage> {
  const cpuBefore = cpuOfChildren();
  const started = performance.now();
  await Promise.all(commands.map(outputOf));
  return { wallMs: performance.now() - started, cpuMs: cpuOfChildren() - cpuBefore };
}

/** Of the processes that have ended: cutime and cstime, in ticks. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuOfChildren(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) * MS_A_TICK;
  } catch {
    return NaN;
  }
}

/**
 * Runs a program to its end and finds the most memory that it had in use, megabytes; NaN where there is no /proc.
 * One of Node tells it as its last act. Any other is asked over and over, which may miss what it takes in its last
 * millisecond. The parent's own `maxRSS` is no measure: a new process inherits it.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmHWM)
 */
export async function peakMemory(command: Command, folder: string): Promise<number> {
  const hook = join(folder, 'peak.cjs');
  const answer = join(folder, 'peak.txt');
  rmSync(answer, { force: true });
  writeFileSync(hook, HOOK);
  const env = { ...command.env, NODE_OPTIONS: `--require ${hook}`, BENCH_PEAK_FILE: answer };
  const child = start({ ...command, env });
  let seen: number | undefined;
  const timer = setInterval(() => (seen = highWater(`/proc/${child.pid}/status`) ?? seen), POLL_MS);
  await finished(child, command).finally(() => clearInterval(timer));
  return (highWater(answer) ?? seen ?? NaN) / 1024;
}

const HOOK = `process.on('exit', () => {
  try {
    const { readFileSync, writeFileSync } = require('node:fs');
    writeFileSync(process.env.BENCH_PEAK_FILE, readFileSync('/proc/self/status'));
  } catch {}
});`;

function highWater(path: string): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes);
  } catch {
    return undefined;
  }
}

function start({ program, args, cwd, env }: Command): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function finished(child: ChildProcess, { program, args, codes = [0] }: Command): Promise<string> {
  let confirmed = '';
  let heard = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (confirmed += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code === null || !codes.includes(code))
    throw new Error(`${[program, ...args].join(' ')} ended with ${String(code)}: ${confirmed}${heard}`);
  return confirmed;
}

/** Runs a program to its end, and gives what it printed. */
export function outputOf(command: Command): Promise<string> {
  return finished(start(command), command);
}
