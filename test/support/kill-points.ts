import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledCopy } from './compiled-copy.js';
import { postgresTargetOf, type ChainDatabase } from './chain-database.js';
import { dataSourceFile, startProcess, type Ended, type Running } from './processes.js';
import { urlOf } from './servers.js';
import { startStatementProxy, type StopPoint } from './statement-proxy.js';

/** A statement at which a process is killed, and the statement's text. */
export interface KillPoint extends StopPoint {
  readonly statement: string;
}

/** `up` or `down base` on a database, of the chain unless another DataSource file is named. */
export interface ChainRun {
  readonly database: ChainDatabase;
  readonly args: readonly string[];
  readonly source?: { readonly file: string; readonly env: Readonly<Record<string, string>> };
}

/** The statements that a run sends from its beginning to its end, in order, on all its connections. */
export async function statementsOf(run: ChainRun): Promise<readonly string[]> {
  const { ended, statements } = await stopAt(run, undefined);
  if (ended.code !== 0) throw new Error(`The run without a kill failed: ${ended.stderr}`);
  return statements;
}

/**
 * Runs it until it is killed with SIGKILL at that point.
 *
 * @throws Error when it ended otherwise, or had sent something else by then
 */
export async function killAt(run: ChainRun, point: KillPoint): Promise<void> {
  const { ended, statements } = await stopAt(run, point);
  const reached = statements[point.number - 1];
  if (ended.signal === 'SIGKILL' && reached !== undefined && sameStatement(reached, point.statement)) return;
  throw new Error(
    `Not killed ${pointWords(point)}, but ended with ${String(ended.signal ?? ended.code)} at ${String(reached)}: ${ended.stderr}`,
  );
}

/** One line for people. */
export function pointWords({ number, when, statement }: KillPoint): string {
  return `${when} ${number}: ${statement.replace(/\s+/g, ' ').trim().slice(0, 80)}`;
}

/** Process ids and times are in some of them. */
function sameStatement(one: string, other: string): boolean {
  return one.slice(0, 30) === other.slice(0, 30);
}

/** How a run went. */
interface Stopped {
  readonly ended: Ended;
  readonly statements: readonly string[];
}

function stopAt(run: ChainRun, point: StopPoint | undefined): Promise<Stopped> {
  return run.database.target.dialect === 'sqlite' ? stopSqlite(run, point) : stopPostgres(run, point);
}

async function stopPostgres(run: ChainRun, point: StopPoint | undefined): Promise<Stopped> {
  const { database } = run;
  const target = postgresTargetOf(database);
  let running: Running | undefined;
  const front = await startStatementProxy(target, {
    ...(point && { stopAt: { when: point.when, isHere: ({ length }) => length === point.number } }),
    onStop: () => running?.kill(),
  });
  try {
    running = start(run, { DATABASE_URL: urlOf({ ...target, host: '127.0.0.1', port: front.port }) });
    return { ended: await running.ended, statements: front.statements };
  } finally {
    await front.close();
  }
}

async function stopSqlite(run: ChainRun, point: StopPoint | undefined): Promise<Stopped> {
  const { target, url } = run.database;
  if (target.dialect !== 'sqlite') throw new Error('This is no SQLite database.');
  const file = join(dirname(target.path), 'statements');
  const preload = pathToFileURL(compiledCopy().compiled('test/support/sqlite-stop.ts')).href;
  const running = start(run, {
    DATABASE_URL: url,
    NODE_OPTIONS: `--import ${preload}`,
    STATEMENTS_FILE: file,
    ...(point && { STOP_AT: `${point.when} ${point.number}` }),
  });
  const ended = await running.ended;
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return { ended, statements: lines.map((line) => JSON.parse(line) as string) };
}

function start({ args, source }: ChainRun, env: Readonly<Record<string, string>>): Running {
  return startProcess({
    script: 'orchestrator-db',
    args: [...args, ...dataSourceFile(source?.file ?? 'chain-data-source')],
    env: { ...env, ...source?.env },
  });
}
