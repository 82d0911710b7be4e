import { fstatSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '../src/cli/io.js';
import { run } from '../src/cli/main.js';
import type { Project } from '../src/cli/project.js';
import { systemClock, today } from '../src/clock.js';
import { MANIFEST_FILE, type Manifest } from '../src/migrator/manifest/manifest.js';
import { exportsOwn, isHome, pagePath, revisionModule } from './revision-module.js';
import { unlessStopped, whileStoppable } from '../src/stop-signals.js';
import { flushTelemetry } from '../src/telemetry/flush.js';

const CLEAR_LINE = '\r\u001b[K';
const asksTerminal = process.stdout.isTTY && process.stderr.isTTY;
/** A line that is replaced needs a terminal that moves its cursor. */
const isTerminal = asksTerminal && process.env['TERM'] !== 'dumb';
let isLive = false;

/** How many characters fit on a line. In containers a terminal may report 0 columns: then the whole line is shown. */
function widthOf({ columns }: { readonly columns: number }): number | undefined {
  return columns > 1 ? columns - 1 : undefined;
}

/** A list that a person moves through is cut at the size of the terminal; in containers it may be 0. */
function hasSize({ columns, rows }: { readonly columns: number; readonly rows: number }): boolean {
  return columns > 1 && rows > 1;
}

/** FORCE_COLOR colours a pipe too, and NO_COLOR nothing; else it is a terminal that knows colours. */
function isColoured({ FORCE_COLOR, NO_COLOR }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return !/^(?:0|false)$/.test(FORCE_COLOR);
  return !NO_COLOR && isTerminal;
}

/** The characters that clear the live line, if there is one. */
function endLive(): string {
  const was = isLive;
  isLive = false;
  return was ? CLEAR_LINE : '';
}

/** Asks a question at the terminal. Ctrl-D and Ctrl-C give an empty answer; Ctrl-C also sends the signal. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  terminal.once('SIGINT', () => {
    process.stderr.write('\n');
    // Emitted at once, so that code that waits for the answer knows it; a sent signal arrives later.
    if (!process.emit('SIGINT', 'SIGINT')) process.exit(1);
    terminal.close();
  });
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}

/** Loads the prompt where a command asks. */
const chooseLater: Terminal['choose'] = async (...question) =>
  (await import('./choose.js')).choose(...question);

/** Looks at standard input only when a command reads it: opening it takes time. */
async function readInput(): Promise<string | undefined> {
  if (process.stdin.isTTY) return undefined;
  return (await import('node:stream/consumers')).text(process.stdin);
}

let unwritten: NodeJS.ErrnoException | undefined;

/** Node takes a part for all of it where a file is written that a full disk or a limit cuts. */
const isFile = fstatSync(process.stdout.fd).isFile();

function writeOut(text: string): void {
  if (!isFile) process.stdout.write(text);
  else if (!unwritten) writeToFile(Buffer.from(text));
}

/** Behind a part comes the error of the rest. */
function writeToFile(bytes: Buffer): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(process.stdout.fd, bytes, done);
  } catch (error) {
    unwritten = error as NodeJS.ErrnoException;
  }
}

/** The terminal of this process. */
export const io: Terminal = {
  ...systemClock,
  today,
  out: (line) => writeOut(`${endLive()}${line}\n`),
  err: (line) => process.stderr.write(`${endLive()}${line}\n`),
  ask: asksTerminal && process.stdin.isTTY ? ask : undefined,
  choose: isTerminal && process.stdin.isTTY && hasSize(process.stderr) ? chooseLater : undefined,
  readInput,
  env: process.env,
  isTerminal,
  isColoured: isColoured(process.env),
  get columns() {
    return process.stdout.isTTY ? widthOf(process.stdout) : undefined;
  },
  isOutputTerminal: process.stdout.isTTY,
  showLive: (line) => {
    if (!isTerminal) return;
    process.stderr.write(`${CLEAR_LINE}${line.slice(0, widthOf(process.stderr))}`);
    isLive = true;
  },
  whileStoppable,
  unlessStopped,
};

const here = fileURLToPath(import.meta.url);
const folder = join(dirname(here), '../src/migrations');

/** This project, for its command line. */
export const project: Project = {
  createDataSource: async (settings, logger) =>
    (await import('./own-data-source.js')).createOwn(settings, logger, folder),
  manifest: here.endsWith('.ts') ? undefined : join(dirname(here), '..', MANIFEST_FILE),
  seed: async (manager) => (await import('../src/seeds/development.js')).seedDevelopment(manager),
  loadAdmins: async () => (await import('../src/seeds/admin-user.js')).loadAdmins(),
  today,
  revisionModule,
  lintAfter: 'AdminUsers1795438800000',
  pagePath,
  isHome: isHome(),
  exportsOwn,
};

/**
 * Standard output is for results alone: what migrations, entities and TypeORM's own logger print with `console.log` goes
 * to standard error, and no `--json` document is mixed with it.
 */
function leaveOutputToResults(): void {
  const { Console } = console;
  let made: Console | undefined;
  const errors = () => (made ??= new Console(process.stderr, process.stderr));
  const printing =
    (name: (typeof METHODS)[number]) =>
    (...values: unknown[]) => {
      (errors()[name] as (...values: unknown[]) => void)(...values);
    };
  Object.assign(console, Object.fromEntries(METHODS.map((name) => [name, printing(name)])));
}

/** Of the console, all that print, and those that decide how. */
const METHODS = [
  ...(['log', 'info', 'debug', 'warn', 'error', 'trace', 'assert', 'dir', 'dirxml', 'table'] as const),
  ...(['group', 'groupCollapsed', 'groupEnd', 'count', 'countReset', 'time', 'timeEnd', 'timeLog'] as const),
] as const;

/** The reader of a pipe may end early (`| head`), and a disk may be full: the command itself continues. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unwritten ??= error;
});
process.stderr.on('error', () => undefined);

function unwrittenWords({ code = '', message }: NodeJS.ErrnoException): string {
  const why = code === 'ENOSPC' ? 'the disk is full' : message;
  return `error: The output could not be written: ${why}${code === '' ? '' : ` (${code})`}. The command continued without it. Fix the cause, then run status to see the state of the database.`;
}

/** How long abandoned connections may keep this process alive after its command ends, milliseconds. */
const LEFT_OVER_MS = 500;

/** Runs the command line of this project in this process. */
export async function main(argv: readonly string[], readManifest?: Manifest): Promise<void> {
  leaveOutputToResults();
  const code = await run(argv, io, readManifest ? { ...project, readManifest } : project);
  await flushTelemetry();
  // Errors of writing are known only after the last write.
  await new Promise<void>((done) => process.stdout.write('', () => setImmediate(done)));
  if (unwritten) io.err(unwrittenWords(unwritten));
  process.exitCode = unwritten && code === 0 ? 1 : code;
  setInterval(exitOnceWritten, LEFT_OVER_MS).unref();
}

/** Exits once all output is written. A socket without network stays open for minutes; a slow reader gets everything. */
function exitOnceWritten(): void {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
}
