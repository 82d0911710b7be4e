import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { LockLostError, RecordConflictError, RecordsChangedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { execute, rowsOf, tablesOf } from '../support/cli-database.js';
import { attemptsIn, expectFailure, formerState, only, recordsIn } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { until } from '../support/until.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000361',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000362', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const CHANGED = (id: string) =>
  `${id}: the list of applied revisions has changed since this run read it. Its transaction was rolled back. ` +
  'Run the command again. If the error repeats, another program writes to the list without the migration lock.';
const record = (id: string) =>
  `INSERT INTO migrations ("timestamp", "name") VALUES (${id.slice(-13)}, '${id}')`;

eachDatabase('A record on a list of revisions that has changed since it was read', (database) => {
  /**
   * Lets something without the lock write to the list after it was read under the lock, before the first revision
   * begins.
   */
  function writing(dataSource: DataSource, statements: readonly string[]): void {
    const create = dataSource.createQueryRunner.bind(dataSource);
    Object.assign(dataSource, {
      createQueryRunner: (...args: Parameters<typeof create>) => {
        const queryRunner = create(...args);
        const query = queryRunner.query.bind(queryRunner) as (
          sql: string,
          ...rest: readonly unknown[]
        ) => Promise<unknown>;
        const watching = async (sql: string, ...rest: readonly unknown[]) => {
          const answer = await query(sql, ...rest);
          // The number of the run is asked for when everything has been read.
          if (sql.includes('AS "sequence"')) await execute(database(), statements);
          return answer;
        };
        return Object.assign(queryRunner, { query: watching });
      },
    });
  }

  it('A record on a list of revisions that has changed since it was read is refused on the way up, and the revision is rolled back', async () => {
    const dataSource = await database().connectAtHead(only(GAUGES));
    const later = await database().connect(only(GAUGES, DIALS));
    writing(later, [record('Foreign1800000000399')]);
    await expectFailure(migrateUp(later), RecordsChangedError, CHANGED('MakeDials1800000000362'));
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000361', 'Foreign1800000000399']);
    expect(await tablesOf(database())).not.to.include('dials');
    expect((await attemptsIn(database())).at(-1)).to.include({ outcome: 'failed' });
    expect(dataSource.isInitialized).to.equal(true);
  });

  it('A record on a list of revisions that has changed since it was read is refused where the list has lost its end, as a copy that lags would show it the other way round', async () => {
    await database().connectAtHead(only(GAUGES));
    const later = await database().connect(only(GAUGES, DIALS));
    writing(later, ['DELETE FROM migrations']);
    await expectFailure(migrateUp(later), RecordsChangedError, CHANGED('MakeDials1800000000362'));
    expect(await tablesOf(database())).not.to.include('dials');
  });

  it('A record on a list of revisions that has changed since it was read is refused on the way down, and where it is only stamped', async () => {
    const dataSource = await database().connectAtHead(only(GAUGES, DIALS));
    const before = await formerState(database());
    const down = await database().connect(only(GAUGES, DIALS));
    writing(down, [record('Foreign1800000000399')]);
    await expectFailure(migrateDown(down), RecordsChangedError, CHANGED('MakeDials1800000000362'));
    await execute(database(), [`DELETE FROM migrations WHERE name LIKE 'Foreign%'`]);
    expect(await formerState(database())).to.deep.equal(before);
    const stamp = await database().connect(only(GAUGES, DIALS));
    writing(stamp, [record('Foreign1800000000399')]);
    await expectFailure(stampAt(stamp, 'MakeGauges'), RecordsChangedError, CHANGED('MakeDials1800000000362'));
    await execute(database(), [`DELETE FROM migrations WHERE name LIKE 'Foreign%'`]);
    expect((await migrateDown(dataSource, { target: 'base' })).done).to.have.length(2);
  });

  it('A record on a list of revisions that has changed since it was read is distinguished from one whose own record is there already', async () => {
    await database().connectAtHead(only(GAUGES));
    const later = await database().connect(only(GAUGES, DIALS));
    writing(later, [record('MakeDials1800000000362')]);
    await expectFailure(migrateUp(later), RecordConflictError, /^MakeDials1800000000362: another program/);
  });

  it('A record on a list of revisions that has changed since it was read follows what the run itself records, up, down and stamped', async () => {
    const dataSource = await database().connect(only(GAUGES, DIALS));
    expect((await migrateUp(dataSource)).done).to.have.length(2);
    expect((await migrateDown(dataSource, { target: 'base' })).done).to.have.length(2);
    expect((await stampAt(dataSource, 'head')).done).to.have.length(2);
    expect((await stampAt(dataSource, 'base')).done).to.have.length(2);
    expect((await migrateUp(dataSource, { target: '+1' })).done).to.have.length(1);
  });
});

onDatabase('postgres', 'A record without the lock, on a list that has changed (PostgreSQL)', (database) => {
  it('A record without the lock, on a list that has changed, is reported as the loss of the lock', async () => {
    await database().connectAtHead(only(GAUGES));
    const ends = handWritten('EndLock1800000000362', async () => {
      const held = `SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE l.locktype = 'advisory' AND d.datname = current_database()`;
      await execute(database(), [
        record('Foreign1800000000399'),
        `SELECT pg_terminate_backend(pid) FROM (${held}) lock`,
      ]);
      // The server ends the session a moment later.
      await until(async () => (await rowsOf(database(), held)).length === 0);
    });
    const dataSource = await database().connect(only(GAUGES, ends));
    await expectFailure(migrateUp(dataSource), LockLostError, /^The connection with the migration lock/);
  });
});
