import { boundWriter } from '../../records/bound.js';
import { verifyRecordStatement, saysNotKept } from '../../records/verify-record-sql.js';
import { saysUnrecorded } from '../../records/outcome-sql.js';
import { createIndexes, createTables, endRun, newestRecord, newestRun } from '../../records/sql.js';
import type { RecordContext, RecordEntry } from '../../records/syntax.js';
import { recordTables } from '../../records/tables.js';
import { entryOf, namesIn, recorded, RUN, startedRun } from '../recording.js';
import { assertHolds, assertSame, refusalOf, type Check, type Subject } from '../subject.js';
import { type Connection, inWorld, namedTables, recordsIn } from '../world.js';

/** The tables in which migrating is recorded. */
export const RECORD_CHECKS: readonly Check[] = [
  { name: 'record tables are created, and created again without harm', run: checkTables },
  { name: 'a run is recorded and read back', run: checkRun },
  { name: 'a revision is recorded, read back and removed', run: checkRevision },
  { name: 'what must not be recorded is refused', run: checkRefusals },
  { name: 'a record that was not kept is noticed', run: checkKept },
];

function checkTables(subject: Subject): Promise<void> {
  const { migration, records } = subject.database;
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    const { query, session, dataSource } = connection;
    const tables = recordTables(dataSource);
    const presence = async () => {
      const [row] = await query(migration.presenceSql(tables));
      return ['migrations', 'runs', 'attempts', 'complete'].map((name) => Number(row?.[name]));
    };
    assertSame(await presence(), [0, 0, 0, 0], 'The presence of the record tables in an empty database');
    await recordsIn(subject, connection);
    for (const sql of [...createTables(records, tables), ...createIndexes(tables)]) await query(sql);
    for (const sql of createIndexes(tables)) await query(sql);
    assertSame(await presence(), [1, 1, 1, 1], 'The presence of the record tables');
    const { migrations, runs } = tables;
    const present = await migration.presentTables(
      session,
      namedTables([migrations.name, runs.name, 'nowhere']),
    );
    assertSame([...present].sort(), [migrations.name, runs.name].sort(), 'The tables that are there');
    await migration.assertPrivileges(session, tables);
    await migration.assertTrusted(session, tables);
    await migration.assertAllRowsVisible(session, [migrations, runs, tables.attempts]);
    assertSame(await migration.recordTriggers(session, tables), [], 'What may change the records');
  });
}

function checkRun(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    const context = await startedRun(subject, connection);
    const { host, pid, planned } = RUN;
    const { syntax, tables } = context;
    const [begun] = await connection.query(newestRun(syntax, tables));
    assertSame(
      [begun?.['host'], begun?.['pid'], begun?.['planned'], begun?.['outcome']],
      [host, pid, JSON.stringify(planned), null],
      'A run that was begun',
    );
    const end = { outcome: 'failed', error: "it's over" } as const;
    const ended = boundWriter(syntax.placeholder)((bind) => endRun(context, end, bind));
    await connection.query(ended.sql, ended.parameters);
    const [row] = await connection.query(`SELECT * FROM ${tables.runs.sql}`);
    assertSame([row?.['outcome'], row?.['error']], [end.outcome, end.error], 'A run that has ended');
    assertHolds(row?.['finished_at'] != null && row['started_at'] != null, 'A run has no instants');
  });
}

function checkRevision(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    const context = await startedRun(subject, connection);
    const { tables } = context;
    const [first, second] = [
      entryOf(1, { newest: null }),
      entryOf(2, { newest: entryOf(1).outcome.revision }),
    ];
    await recorded(connection, context, first);
    await recorded(connection, context, { ...second, condition: '1 = 1' });
    await recorded(connection, context, entryOf(2, { change: 'keep' }));
    const names = [first, second].map(({ outcome }) => outcome.revision);
    assertSame(await namesIn(connection, tables), names, 'The recorded revisions');
    const [newest] = await connection.query(`SELECT ${newestRecord(tables)} AS "name"`);
    assertSame(newest?.['name'], names[1], 'The newest record');
    await recorded(connection, context, {
      outcome: { ...second.outcome, direction: 'down' },
      change: 'delete',
    });
    assertSame(await namesIn(connection, tables), names.slice(0, 1), 'The revisions after one was removed');
    await checkAttempts(connection, context, [first, second, second, second]);
  });
}

async function checkAttempts(
  { query }: Connection,
  { tables, run }: RecordContext,
  entries: readonly RecordEntry[],
): Promise<void> {
  const rows = await query(`SELECT * FROM ${tables.attempts.sql} ORDER BY "id"`);
  const found = rows.map((row) => [
    String(row['run_id']),
    row['revision'],
    row['outcome'],
    row['checksum_up'],
    row['duration_ms'],
    row['tries'],
  ]);
  const expected = entries.map(({ outcome: { revision, checksums, durationMs, tries } }) => [
    run,
    revision,
    'done',
    checksums?.up,
    durationMs,
    tries,
  ]);
  assertSame(found, expected, 'The attempts');
}

function checkRefusals(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    const context = await startedRun(subject, connection);
    const { tables } = context;
    await recorded(connection, context, entryOf(1));
    const refused: readonly (readonly [string, RecordEntry])[] = [
      ['To record a revision twice', entryOf(1)],
      ['To record under a false condition', entryOf(2, { condition: '1 = 0' })],
      ['To renew under a false condition', entryOf(1, { change: 'keep', condition: '1 = 0' })],
      ['To record behind another newest record', entryOf(2, { newest: 'Other1800000000009' })],
      ['To record as the first of a list that is not empty', entryOf(2, { newest: null })],
      ['To remove what is not recorded', entryOf(3, { change: 'delete' })],
    ];
    for (const [what, entry] of refused) {
      const error = await refusalOf(() => recorded(connection, context, entry), what);
      assertHolds(saysUnrecorded(error, tables), `${what} failed with another error: ${String(error)}`);
    }
    assertSame(
      await namesIn(connection, tables),
      [entryOf(1).outcome.revision],
      'The revisions after refusals',
    );
    const unrelated = await refusalOf(() => connection.query('SELECT * FROM "nowhere"'), 'A wrong SELECT');
    assertHolds(!saysUnrecorded(unrelated, tables), 'Any error counts as one that refuses a record');
  });
}

function checkKept(subject: Subject): Promise<void> {
  return inWorld(subject, async ({ connect }) => {
    const connection = await connect();
    const context = await startedRun(subject, connection);
    const { sql, parameters } = boundWriter(context.syntax.placeholder)((bind) =>
      verifyRecordStatement(context, entryOf(1), bind),
    );
    const ask = () => connection.query(sql, parameters);
    const error = await refusalOf(ask, 'The proof of a record that is not there');
    assertHolds(saysNotKept(error), `The proof of a record failed with another error: ${String(error)}`);
    await recorded(connection, context, entryOf(1));
    await ask();
  });
}
