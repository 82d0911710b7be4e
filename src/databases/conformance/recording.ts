import type { HeldLock } from '../lock.js';
import type { Executor } from '../executor.js';
import { boundWriter, type Recording } from '../records/bound.js';
import { verifyRecordStatement } from '../records/verify-record-sql.js';
import type { Outcome, RunStart } from '../records/outcome.js';
import { newestRun, startRun } from '../records/sql.js';
import type { RecordContext, RecordEntry } from '../records/syntax.js';
import { FIRST_FORMAT, recordTables, type RecordTables } from '../records/tables.js';
import { assertHolds, type Subject } from './subject.js';
import { recordsIn, type Connection } from './world.js';

const CHECKSUMS = { up: 'a'.repeat(64), down: 'b'.repeat(64) };

/** The run of the checks. */
export const RUN: RunStart = {
  direction: 'up',
  planned: ['First1800000000001'],
  allowed: [],
  actor: "o'brien",
  host: 'a \\ host',
  pid: 42,
  tool: 'conformance',
};

/** Limits that a run of the checks has. */
export const LIMITS = { generated: true, lockTimeoutMs: 3000, statementTimeoutMs: 0 };

/** What is recorded of a revision with that number. */
export function entryOf(number: number, more: Partial<RecordEntry> = {}): RecordEntry {
  const stamp = 1800000000000 + number;
  const outcome: Outcome = {
    revision: `Revision${stamp}`,
    stamp,
    direction: 'up',
    kind: 'ran',
    checksums: CHECKSUMS,
    durationMs: 1500,
    tries: 2,
  };
  return { outcome, change: 'insert', ...more };
}

/** Creates the record tables, notes a run, and gives what its records share. */
export async function startedRun(subject: Subject, connection: Connection): Promise<RecordContext> {
  const { records: syntax } = subject.database;
  const tables = await recordsIn(subject, connection);
  const { sql, parameters } = boundWriter(syntax.placeholder)((bind) => startRun(tables, RUN, bind));
  await connection.query(sql, parameters);
  const [row] = await connection.query(newestRun(syntax, tables));
  assertHolds(row !== undefined, 'A run was noted, and the newest run is none');
  return { syntax, tables, run: String(row['id']), fence: undefined, phased: true, format: FIRST_FORMAT };
}

/** Records a revision in a transaction, as a run does. Rolled back when the database refuses it. */
export async function recorded(
  { queryRunner, query }: Connection,
  context: RecordContext,
  entry: RecordEntry,
): Promise<void> {
  const statements = recordingOf(context, entry)(boundWriter(context.syntax.placeholder));
  await queryRunner.startTransaction();
  try {
    for (const { sql, parameters } of statements) await query(sql, parameters);
    await queryRunner.commitTransaction();
  } catch (error) {
    await queryRunner.rollbackTransaction();
    throw error;
  }
}

/** The statements that record a revision and prove that the record was kept. */
export function recordingOf(context: RecordContext, entry: RecordEntry): Recording {
  return (write) => [
    ...context.syntax.record(context, entry, write),
    write((bind) => verifyRecordStatement(context, entry, bind)),
  ];
}

/** The names of the recorded revisions, oldest first. */
export async function namesIn({ query }: Connection, { migrations }: RecordTables): Promise<unknown> {
  const rows = await query(`SELECT "name" FROM ${migrations.sql} ORDER BY "id"`);
  return rows.map(({ name }) => name);
}

/** What executes, and what its records share. */
export interface Execution {
  readonly executor: Executor;
  readonly context: RecordContext;
}

/** Holds the lock, opens an executor, and closes both. */
export async function executing(
  subject: Subject,
  connection: Connection,
  use: (execution: Execution) => Promise<void>,
): Promise<void> {
  const context = await startedRun(subject, connection);
  await holding(subject, connection, async (held) => {
    const { migration } = subject.database;
    const executor = await migration.executor(connection.session, {
      tables: context.tables,
      held,
      migrations: connection.dataSource.migrations,
      plainTables: () => [],
    });
    try {
      await use({ executor, context: { ...context, fence: held.fence } });
    } finally {
      await executor.close();
    }
  });
}

async function holding(
  { database: { migration } }: Subject,
  { dataSource, session }: Connection,
  use: (held: HeldLock) => Promise<void>,
): Promise<void> {
  const tables = await migration.resolveLock(session, recordTables(dataSource));
  const input = {
    session,
    tables,
    identity: 'conformance',
    describeRun: () => Promise.resolve(undefined),
  };
  const lock = migration.lock(input);
  try {
    const held = await lock.tryAcquire();
    assertHolds(held !== undefined, 'The lock of an empty database is held by another process');
    await use(held).finally(() => held.release());
  } finally {
    await lock.close();
  }
}
