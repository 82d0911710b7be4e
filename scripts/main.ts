import 'reflect-metadata';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '../src/cli/io.js';
import { run } from '../src/cli/main.js';
import type { Project } from '../src/cli/project.js';
import { systemClock } from '../src/clock.js';
import { createDataSource } from '../src/data-source.js';
import { entities } from '../src/entities/index.js';
import { migrations } from '../src/migrations/index.js';
import { subscribers } from '../src/subscribers/index.js';
import { pagePath, revisionModule } from './revision-module.js';
import { whileStoppable } from '../src/stop-signals.js';

const CLEAR_LINE = '\r\u001b[K';
const isTerminal = process.stdout.isTTY && process.stderr.isTTY;
let isLive = false;

/** How much of a line fits before it wraps. In containers a terminal may report 0 columns: then all of it is shown. */
function liveWidth(columns: number): number | undefined {
  return columns > 1 ? columns - 1 : undefined;
}

/** What takes the live line away, if there is one. */
function endLive(): string {
  const was = isLive;
  isLive = false;
  return was ? CLEAR_LINE : '';
}

/** One question at the terminal. No answer, by Ctrl-D or Ctrl-C, is an empty one; Ctrl-C is a signal besides. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  terminal.once('SIGINT', () => {
    process.stderr.write('\n');
    // At once, so that whoever waits for the answer knows it; a signal that is sent comes later.
    if (!process.emit('SIGINT', 'SIGINT')) process.exit(1);
    terminal.close();
  });
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}

const io: Terminal = {
  ...systemClock,
  out: (line) => process.stdout.write(`${endLive()}${line}\n`),
  err: (line) => process.stderr.write(`${endLive()}${line}\n`),
  ask: isTerminal && process.stdin.isTTY ? ask : undefined,
  readInput: process.stdin.isTTY ? undefined : () => text(process.stdin),
  env: process.env,
  isTerminal,
  isOutputTerminal: process.stdout.isTTY,
  showLive: (line) => {
    if (!isTerminal) return;
    process.stderr.write(`${CLEAR_LINE}${line.slice(0, liveWidth(process.stderr.columns))}`);
    isLive = true;
  },
  whileStoppable,
};

const folder = fileURLToPath(new URL('../src/migrations', import.meta.url));

const project: Project = {
  createDataSource: (settings, logger) =>
    createDataSource(settings, { entities, migrations, subscribers, logger, migrationsFolder: folder }),
  seed: async (manager) => (await import('../src/seeds/development.js')).seedDevelopment(manager),
  loadAdmins: async () => (await import('../src/seeds/admin-user.js')).loadAdmins(),
  today: Date.now,
  revisionModule,
  lintAfter: 'AdminUsers1795438800000',
  pagePath,
};

let unwritten: NodeJS.ErrnoException | undefined;

/** The reader of a pipe may leave before the end (`| head`), and a disk may be full: the command itself goes on. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unwritten ??= error;
});
process.stderr.on('error', () => undefined);

function unwrittenWords({ code = '', message }: NodeJS.ErrnoException): string {
  const why = code === 'ENOSPC' ? 'the disk is full' : message;
  return `error: The output could not be written: ${why}${code === '' ? '' : ` (${code})`}. The command continued without it. Fix the cause, then run status to see the state of the database.`;
}

/** How long connections that were given up may keep this process after its command is done, milliseconds. */
const LEFT_OVER_MS = 500;

/** Runs the command line of this project in this process. */
export async function main(argv: readonly string[]): Promise<void> {
  const code = await run(argv, io, project);
  // What could not be written is known behind the last write.
  await new Promise<void>((done) => process.stdout.write('', () => setImmediate(done)));
  if (unwritten) io.err(unwrittenWords(unwritten));
  process.exitCode = unwritten && code === 0 ? 1 : code;
  setInterval(exitOnceWritten, LEFT_OVER_MS).unref();
}

/** A socket whose network is gone stays for many minutes; a reader of a pipe may be slow, and gets all of it. */
function exitOnceWritten(): void {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
}
