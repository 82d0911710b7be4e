import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandsOf, type Block, type ShownCommand } from './pages.js';

/** How a reader follows a page. */
export interface Reader {
  /** The folder that commands run in. */
  readonly folder: string;
  /** The port of the application, instead of 3000. */
  readonly port: number;
  /** Variables besides those of this process that are none of ours. */
  readonly env: Readonly<Record<string, string>>;
  /** A command as it is run; undefined leaves it out. */
  readonly typed: (words: string) => string | undefined;
}

const OURS = /^(DATABASE_|DB_|SCRATCH_|TEST_|PG|ADMIN_PASSWORD$|NODE_OPTIONS$|CI$|npm_)/;
const JOB = ' &';
/** The name of this machine, which pages call app-1. */
const HOST = new RegExp(`(?<![\\w.-])${hostname().replaceAll('.', '\\.')}(?![\\w.-])`, 'g');
const START_MS = 60_000;
const LOOK_MS = 100;

/**
 * Does what a page shows: writes its files, runs its commands, and compares what they print. A command that ends in `&`
 * runs until `kill %1`, with its number, or until the end.
 *
 * @returns the commands that were run
 * @throws Error naming the command whose exit code or output differs from the page
 */
export async function follow(blocks: readonly Block[], reader: Reader): Promise<readonly string[]> {
  const followed: string[] = [];
  const jobs: Process[] = [];
  let application: Process | undefined;
  try {
    for (const step of stepsOf(blocks, reader)) {
      if ('path' in step) write(join(reader.folder, step.path), step.lines);
      else if (step.words.startsWith('kill %'))
        await jobs[Number(step.words.slice('kill %'.length)) - 1]?.stop();
      else if (step.words.endsWith(JOB)) jobs.push(await runJob(step, reader));
      else {
        if (!step.words.startsWith('curl ')) await application?.stop();
        application = (await runStep(step, reader)) ?? application;
        followed.push(step.words);
      }
    }
  } finally {
    for (const one of [application, ...jobs]) await one?.stop();
  }
  return followed;
}

interface WrittenFile {
  readonly path: string;
  readonly lines: readonly string[];
}

function stepsOf(blocks: readonly Block[], { typed }: Reader): readonly (WrittenFile | ShownCommand)[] {
  return blocks.flatMap((block): readonly (WrittenFile | ShownCommand)[] => {
    if (block.path !== undefined) return [{ path: block.path, lines: block.lines }];
    return commandsOf(block).flatMap(({ words, shown }) => {
      const own = typed(words);
      return own === undefined ? [] : [{ words: own, shown }];
    });
  });
}

/** An application goes on: it is given back, and runs until the first command that is not `curl`. */
async function runStep(command: ShownCommand, reader: Reader): Promise<Process | undefined> {
  const started = start(command.words, reader);
  const isApplication = command.words.startsWith('node ');
  try {
    if (!isApplication) await started.ended;
    await assertShown(command, started);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return isApplication ? started : undefined;
}

async function runJob({ words, shown }: ShownCommand, reader: Reader): Promise<Process> {
  const command = { words: words.slice(0, -JOB.length), shown };
  const job = await runStep(command, reader);
  if (!job) throw new Error(`${words}: a job is a command of node`);
  return job;
}

function write(file: string, lines: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

interface Process {
  output: string;
  code: number | null | undefined;
  readonly ended: Promise<unknown>;
  stop(): Promise<unknown>;
}

function start(words: string, { folder, port, env: more }: Reader): Process {
  const inherited = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1', PORT: `${port}`, ...more };
  // exec: a signal reaches the application and not the shell.
  const typed = words.startsWith('node ')
    ? `exec ${words}`
    : words.replace('localhost:3000', `localhost:${port}`);
  const child = spawn('bash', ['-c', typed], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const started: Process = {
    output: '',
    code: undefined,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
  child.once('close', (code) => (started.code = code));
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (started.output += text));
  return started;
}

async function assertShown({ words, shown }: ShownCommand, process: Process): Promise<void> {
  const missing = () =>
    shown.filter((line) => line !== '...' && !alike(process.output).includes(alike(line)));
  const until = Date.now() + START_MS;
  while (missing().length > 0 && process.code === undefined && Date.now() < until) await sleep(LOOK_MS);
  const fails = shown.some((line) => line.startsWith('error: '));
  const isAsShown = process.code === undefined || fails === (process.code !== 0);
  if (isAsShown && missing().length === 0) return;
  const expected = missing().map((line) => `\n  not printed: ${line}`);
  throw new Error(`${words}\nended with ${process.code}${expected.join('')}\nIt printed:\n${process.output}`);
}

/** A text without what differs from one run to the next: the host, the numbers of times, stamps, ports, process ids. */
export function alike(text: string): string {
  return text
    .replaceAll(HOST, 'app-1')
    .replaceAll(/\b(?=\w*\d)[\da-f]{8}\b/g, '00000000')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\b[AP]M\b/g, 'M');
}
