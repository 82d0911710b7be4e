import { revisionModule } from '../../scripts/revision-module.js';
import { run } from '../../src/cli/main.js';
import { systemClock, today } from '../../src/clock.js';
import { createDataSource } from '../../src/data-source.js';
import { recordingIo } from '../unit/cli/recording-io.js';
import type { ScriptContents } from './offline-run.js';
import { schemasOf } from './json-schemas.js';
import { dataSourceFile, runCommand } from './processes.js';
import type { ProcessResult } from './run-script.js';
import { shelves, type ShelfCode } from './shelves.js';

/** An address without a server. */
export const NOWHERE = 'postgres://127.0.0.1:1/shelves';

/** Runs a command with one of the lists of revisions of shelves.ts, in this process. */
export function runShelves(code: ShelfCode, url: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runCommandHere(shelves(code), url, args);
}

/**
 * Runs the command line in this process, as scripts/main.ts does, for a project of those contents.
 *
 * @param url of the database, or the environment with it
 */
export async function runCommandHere(
  contents: ScriptContents & { readonly migrationsFolder?: string },
  url: string | Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<ProcessResult> {
  const env = typeof url === 'string' ? { DATABASE_URL: url } : url;
  const io = recordingIo({ ...systemClock, today, env });
  const unused = () => Promise.reject(new Error('Nothing here asks for this.'));
  const code = await run(args, io, {
    createDataSource: (settings, logger) =>
      Promise.resolve(createDataSource(settings, { ...contents, logger, heartbeat: false })),
    seed: unused,
    loadAdmins: unused,
    today,
    revisionModule,
    lintAfter: undefined,
    pagePath: (page) => page,
    isHome: true,
    exportsOwn: () => false,
    manifest: undefined,
  });
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return { code, stdout: text(io.stdout), stderr: text(io.stderr) };
}

/** Runs a command with such a list in a process of its own. */
export async function runShelvesProcess(
  list: ShelfCode,
  url: string,
  ...args: readonly string[]
): Promise<ProcessResult> {
  const [command = '', ...rest] = args;
  const env = { DATABASE_URL: url, SHELF_CODE: list };
  return runOwnProcess(env, command, ...dataSourceFile('data-sources/shelves'), ...rest);
}

/** Runs a command in a process of its own and in that environment. */
export async function runOwnProcess(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<ProcessResult> {
  const { code, stdout, stderr } = await runCommand({ script: 'orchestrator-db', args, env });
  return { code, stdout, stderr };
}

/**
 * Standard output, which must be one JSON document that one of the package's schemas describes, and nothing else;
 * whatever took long took 0 ms.
 */
export function documentOf({ stdout }: Pick<ProcessResult, 'stdout'>): unknown {
  const [document = '', ...more] = stdout.split('\n');
  if (more.join('') !== '') throw new Error(`More than one line: ${stdout}`);
  if (schemasOf(JSON.parse(document)).length === 0) throw new Error(`No schema describes this: ${document}`);
  return JSON.parse(document, (name, value: unknown) => (name === 'durationMs' ? 0 : value)) as unknown;
}

/** Lines, without how long each of them took. */
export function withoutTimes(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/ in \d+ ms$/, ''));
  return lines.slice(0, -1);
}
