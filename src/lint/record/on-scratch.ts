/** Runs a history on a scratch database, and records what its hand-written classes send there. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Database } from '../../databases/database.js';
import type { Direction } from '../../databases/direction.js';
import { transactionEndIn } from '../../databases/kept-transaction.js';
import { watchStatements } from '../../databases/statement-watch.js';
import { messageOf } from '../../errors/base.js';
import { ownRunner } from '../../migrator/closed-source.js';
import { answersWithRows, isQuestion, MOST_STATEMENTS } from '../../migrator/offline-body.js';
import { createMetadataTable } from '../../migrator/preparation.js';
import { watchReach } from '../../migrator/reach.js';
import { runsOutside, type KnownRevision } from '../../migrator/revision.js';
import { giveWay } from '../../scratch/external-tables.js';
import { shortLine } from '../../text/one-line.js';
import { SHOWN } from './offline.js';
import { unknown, type Recording } from './recording.js';
import { watchedAnswer } from './watched-answer.js';

/** A history on its scratch database. */
interface ScratchHistory {
  /** Connected to an empty scratch database. */
  readonly dataSource: DataSource;
  readonly database: Database;
  /** The ways of a revision that are to be recorded. */
  readonly wanted: (id: string) => readonly Direction[];
  /** Is called around each revision, with what is to be done. */
  readonly limited: (id: string, body: () => Promise<void>) => Promise<void>;
}

/** What a run on a scratch database has found; filled in while it runs, so that it is kept if the run ends. */
export interface ScratchFindings {
  readonly recordings: Map<string, Partial<Record<Direction, Recording>>>;
  /** Why revisions fail there, by id. */
  readonly failures: Map<string, string>;
}

/**
 * Runs revisions, oldest first, each in a transaction of its own. A way down is run where its way up ends, and rolled
 * back again. A revision that fails is rolled back, and the next one is run.
 */
export async function recordHistory(
  history: ScratchHistory,
  revisions: readonly KnownRevision[],
  found: ScratchFindings,
): Promise<void> {
  const { dataSource, database, limited } = history;
  await withRunner(dataSource, (runner) => prepare(dataSource, runner));
  const readsRows = await database.rowReader();
  for (const revision of revisions)
    await limited(revision.id, () => recordRevision({ ...history, readsRows, revision }, found));
}

/** TypeORM remembers the tables that it has read, so each way has a query runner of its own. */
async function withRunner<T>(dataSource: DataSource, use: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = giveWay(ownRunner(dataSource), dataSource);
  try {
    return await use(runner);
  } finally {
    // A class may release the query runner that it was given.
    if (!runner.isReleased) await runner.release();
  }
}

/** TypeORM does the same before it runs migrations. */
async function prepare(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  await createMetadataTable(dataSource, runner);
  await runner.beforeMigration();
}

interface ScratchStep extends ScratchHistory {
  readonly readsRows: (sql: string) => boolean;
  readonly revision: KnownRevision;
}

async function recordRevision(step: ScratchStep, { recordings, failures }: ScratchFindings): Promise<void> {
  const { id } = step.revision;
  const wanted = step.wanted(id);
  const up = await withRunner(step.dataSource, (runner) => sentUp(step, runner));
  if (up.failure !== null) failures.set(id, up.failure);
  recordings.set(id, {
    ...(wanted.includes('up') ? { up: recordingOf(step, up) } : {}),
    ...(wanted.includes('down') ? { down: await recordDown(step, up) } : {}),
  });
}

/** A statement that was sent, and whether the class has looked at its answer. */
interface Sent {
  readonly sql: string;
  looked: boolean;
}

/** What a class sends one way, and why it fails; null where it does not. */
interface Sending {
  readonly statements: readonly Sent[];
  readonly failure: string | null;
  /** Whether it has used another connection to the scratch database, whose statements nothing watches. */
  readonly besides: boolean;
}

async function sentUp(step: ScratchStep, runner: QueryRunner): Promise<Sending> {
  const { revision, database } = step;
  if (!runsOutside(revision, database.name, 'up')) await runner.startTransaction();
  const sending = await sent(step, 'up', runner);
  const failure = sending.failure ?? (await failureOf(() => committed(runner)));
  if (failure !== null) await rolledBack(runner);
  return { ...sending, failure };
}

/** What cannot be rolled back is not tried. */
async function recordDown(step: ScratchStep, up: Sending): Promise<Recording> {
  const { revision, database, dataSource } = step;
  if (up.failure !== null) return unknown(`its up fails on a scratch database: ${up.failure}`);
  if (runsOutside(revision, database.name, 'down'))
    return unknown('it reads the database outside a transaction');
  return withRunner(dataSource, async (runner) => {
    await runner.startTransaction();
    const sending = await sent(step, 'down', runner);
    await rolledBack(runner);
    return recordingOf(step, sending);
  });
}

/** A class may have ended the transaction. */
async function committed(runner: QueryRunner): Promise<void> {
  while (runner.isTransactionActive) await runner.commitTransaction();
}

async function rolledBack(runner: QueryRunner): Promise<void> {
  while (runner.isTransactionActive) await runner.rollbackTransaction();
}

async function sent(
  { revision, database, dataSource }: ScratchStep,
  direction: Direction,
  runner: QueryRunner,
): Promise<Sending> {
  const statements: Sent[] = [];
  let besides = false;
  const stopWatching = watchStatements(runner, async (sql, send) => {
    if (direction === 'down' && transactionEndIn(sql, database.language) !== undefined)
      throw new Error('it ends the transaction that it runs in');
    if (OF_TYPEORM.test(sql)) return send();
    if (statements.length > MOST_STATEMENTS)
      throw new Error(`it sends more than ${MOST_STATEMENTS} statements`);
    const statement: Sent = { sql, looked: false };
    statements.push(statement);
    return watchedAnswer(await send(), () => (statement.looked = true));
  });
  const onReach = (reached: DataSource) => {
    if (reached !== dataSource) throw new Error('it requires another DataSource');
    besides = true;
  };
  const body = () => watchReach<unknown>(dataSource, onReach, () => revision.migration[direction](runner));
  const failure = await failureOf(body).finally(stopWatching);
  return { statements, failure, besides };
}

/** What TypeORM sends for the transactions of a query runner. */
const OF_TYPEORM =
  /^(?:(?:RELEASE |ROLLBACK TO )?SAVEPOINT typeorm_\d+|START TRANSACTION|BEGIN TRANSACTION|COMMIT)$/;

async function failureOf(body: () => Promise<unknown>): Promise<string | null> {
  try {
    await body();
    return null;
  } catch (error) {
    return shortLine(messageOf(error), SHOWN).replace(/\.$/, '');
  }
}

/** A question whose answer was looked at is no part of what a revision does. */
function recordingOf({ database, readsRows }: ScratchStep, sending: Sending): Recording {
  const { failure } = sending;
  if (failure !== null) return unknown(`it fails on a scratch database: ${failure}`);
  const rows = sending.statements.find(
    ({ sql, looked }) => looked && answersWithRows(sql, database) && readsRows(sql),
  );
  const reason = sending.besides ? BESIDES : rows && rowsWords(rows.sql);
  return {
    statements: sending.statements
      .filter(({ sql, looked }) => !(looked && isQuestion(sql, database)))
      .map(({ sql }) => sql),
    gap: reason === undefined ? null : { kind: 'unknown', reason },
  };
}

const BESIDES = 'it uses another connection';

function rowsWords(sql: string): string {
  return `its statements depend on rows that it reads: ${shortLine(sql, SHOWN)}`;
}
