import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import type { DataSourceContents, GuardedDataSource } from '../../src/data-source.js';
import { OrchestratorDbError } from '../../src/errors/base.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import type { ChainDatabase } from '../support/chain-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { attemptsIn, expectFailure, failureOf, formerState, only, recordsIn } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { locksOf } from '../support/locks.js';
import { FAMILY, REBUILD } from '../support/rebuilds.js';
import { revision } from '../support/revisions.js';

type Pending = DataSourceContents['migrations'][number];

const GAUGES = revision(
  'MakeGauges1800000000361',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer)',
    'INSERT INTO gauges VALUES (1, 11), (2, 11)',
  ],
  [],
);

/** The PostgreSQL statement that cannot run inside a transaction, on the way up and on the way down. */
function outside(name: string, up: string, down: readonly string[] = []): new () => Revision {
  const made = class extends Revision {
    override readonly transaction = false;
    override readonly postgres: DialectStatements = { up: [up], down };
    override readonly sqlite: DialectStatements = { up: [], down: [] };
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

const BROKEN = revision(
  'BreakHalfway1800000000362',
  ['CREATE TABLE half (id integer)', 'SELECT no_such_column FROM gauges'],
  [],
);
const UNIQUE = outside(
  'MakeUnique1800000000362',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "uq_gauges_reading" ON "gauges" ("reading")',
  ['DROP INDEX CONCURRENTLY IF EXISTS "uq_gauges_reading"'],
);
const NO_SUCH = outside('IndexNothing1800000000362', 'CREATE INDEX CONCURRENTLY "ix_no" ON "no_such" ("id")');
const TIMED_OUT = outside('SleepOutside1800000000362', 'SELECT pg_sleep(600)');
const OUTSIDE_LEFT =
  'It runs outside a transaction and is not recorded; part of it may be in the database. Fix the cause, then run the command again.';

/** Values that differ from each other and from every default. */
const OF_SESSION = {
  lock_timeout: '1111ms',
  statement_timeout: '22222ms',
  idle_in_transaction_session_timeout: '33333ms',
  search_path: 'public, pg_catalog',
  application_name: 'the application',
};

onDatabase('postgres', 'A session in which a run has failed (PostgreSQL)', (database) => {
  /** With one connection, which keeps its settings. */
  async function sessionWith(...pending: readonly Pending[]): Promise<GuardedDataSource> {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, ...pending), { poolSize: 1 });
    for (const [name, value] of Object.entries(OF_SESSION))
      await dataSource.query(`SET ${name} = ${quoted(value)}`);
    return dataSource;
  }

  const quoted = (value: string) => (value.includes(',') ? value : `'${value}'`);

  /**
   * All that SHOW ALL shows, but of languages that a session loads; the server process, and whether a transaction is
   * open.
   */
  async function stateOf(dataSource: DataSource): Promise<object> {
    const shown = await dataSource.query<{ name: string }[]>('SHOW ALL');
    const settings = shown.filter((setting) => !setting.name.includes('.'));
    const rest = await dataSource.query<unknown[]>(
      `SELECT pg_backend_pid() AS process, now() = statement_timestamp() AS "alone",
              (SELECT count(*)::int FROM pg_prepared_xacts) AS prepared,
              (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384) AS locks`,
    );
    const { master } = dataSource.driver as unknown as { readonly master: Record<string, number> };
    const { totalCount, idleCount, waitingCount } = master;
    return { settings, rest, totalCount, idleCount, waitingCount };
  }

  async function sessions(dataSource: DataSource): Promise<unknown> {
    return dataSource.query(
      `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND application_name LIKE 'orchestrator-db % pid %'`,
    );
  }

  for (const [kind, pending] of [
    ['a revision in a transaction', BROKEN],
    ['a statement that runs outside of one', UNIQUE],
    ['a statement that could not even begin outside of one', NO_SUCH],
    ['a statement outside of one that took too long', TIMED_OUT],
  ] as const) {
    it(`A session in which a run has failed is as it was before: ${kind}`, async () => {
      const dataSource = await sessionWith(pending);
      const before = await stateOf(dataSource);
      const options = { lockTimeoutMs: 444, statementTimeoutMs: 5555, nonTransactionalTimeoutMs: 300 };
      for (let run = 1; run <= 2; run += 1) {
        expect(await failureOf(migrateUp(dataSource, options))).to.be.instanceOf(RevisionFailedError);
        expect(await stateOf(dataSource)).to.deep.equal(before);
      }
      expect(await sessions(dataSource)).to.deep.equal([]);
      expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
      expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000361']);
    });
  }

  it('A session in which a run has failed is as it was before when the run succeeds', async () => {
    const dataSource = await sessionWith(
      revision('MakeDials1800000000362', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']),
      outside(
        'IndexDials1800000000363',
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_dials_id" ON "dials" ("id")',
        ['DROP INDEX CONCURRENTLY IF EXISTS "ix_dials_id"'],
      ),
    );
    const before = await stateOf(dataSource);
    await migrateUp(dataSource, { lockTimeoutMs: 444, statementTimeoutMs: 5555 });
    expect(await stateOf(dataSource)).to.deep.equal(before);
    await migrateDown(dataSource, { target: '-2', lockTimeoutMs: 444 });
    expect(await stateOf(dataSource)).to.deep.equal(before);
  });

  it('A session in which a run has failed gives every statement the limits of the run, and of the revision where it has its own', async () => {
    const seen: unknown[] = [];
    const look = (name: string, of: object) => {
      const sql = `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
                          current_setting('idle_in_transaction_session_timeout') AS idle`;
      return Object.assign(
        handWritten(name, async (queryRunner) => seen.push(...((await queryRunner.query(sql)) as unknown[]))),
        of,
      );
    };
    const own = look('LookToo1800000000363', {});
    Object.assign(own.prototype, { lockTimeoutMs: 777, statementTimeoutMs: 8888 });
    const apart = look('LookOutside1800000000364', {});
    Object.assign(apart.prototype, { transaction: false });
    const dataSource = await sessionWith(look('Look1800000000362', {}), own, apart);
    await migrateUp(dataSource, {
      lockTimeoutMs: 444,
      statementTimeoutMs: 5555,
      nonTransactionalTimeoutMs: 66_666,
    });
    expect(seen).to.deep.equal([
      { lock: '444ms', statement: '5555ms', idle: '33333ms' },
      { lock: '777ms', statement: '8888ms', idle: '33333ms' },
      { lock: '0', statement: '66666ms', idle: '33333ms' },
    ]);
  });
});

onDatabase(
  'postgres',
  'A unique index that is built CONCURRENTLY over duplicates (PostgreSQL)',
  (database) => {
    const indexes = (dataSource: DataSource) =>
      dataSource.query(
        `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
        WHERE indrelid = 'gauges'::regclass AND NOT indisprimary`,
      );

    it('A unique index that is built CONCURRENTLY over duplicates fails, saying that something may be left; once the rows are fixed the next run completes', async () => {
      await database().connectAtHead(only(GAUGES));
      const dataSource = await database().connect(only(GAUGES, UNIQUE), { poolSize: 1 });
      for (let run = 1; run <= 2; run += 1) {
        await expectFailure(
          migrateUp(dataSource),
          RevisionFailedError,
          `MakeUnique1800000000362: up failed: could not create unique index "uq_gauges_reading". Key (reading)=(11) is duplicated. ${OUTSIDE_LEFT}`,
        );
        expect(await indexes(dataSource)).to.deep.equal([{ name: 'uq_gauges_reading', valid: false }]);
        expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000361']);
      }
      const { failed } = await readStatus(dataSource);
      expect(failed.map(({ id, outcome, error }) => [id, outcome, error])).to.deep.equal([
        [
          'MakeUnique1800000000362',
          'failed',
          'could not create unique index "uq_gauges_reading". Key (reading)=(11) is duplicated',
        ],
      ]);
      await dataSource.query('UPDATE gauges SET reading = 12 WHERE id = 2');
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([
        'MakeUnique1800000000362',
      ]);
      expect(await indexes(dataSource)).to.deep.equal([{ name: 'uq_gauges_reading', valid: true }]);
      expect((await readStatus(dataSource)).failed).to.deep.equal([]);
      expect((await attemptsIn(database())).map(({ outcome }) => outcome)).to.deep.equal([
        'done',
        'failed',
        'failed',
        'done',
      ]);
      await migrateDown(dataSource);
      expect(await indexes(dataSource)).to.deep.equal([]);
    });

    it('A unique index that is built CONCURRENTLY over duplicates leaves alone a valid index of that name, and an invalid one of another table', async () => {
      const dataSource = await database().connectAtHead(only(GAUGES));
      await dataSource.query('CREATE SCHEMA other');
      await dataSource.query('CREATE TABLE other.gauges (reading integer)');
      await dataSource.query('INSERT INTO other.gauges VALUES (7), (7)');
      const invalid = 'CREATE UNIQUE INDEX CONCURRENTLY "uq_gauges_reading" ON other.gauges (reading)';
      await dataSource.query(invalid).catch(() => undefined);
      await dataSource.query('UPDATE gauges SET reading = id');
      await migrateUp(await database().connect(only(GAUGES, UNIQUE)));
      expect(await indexes(dataSource)).to.deep.equal([{ name: 'uq_gauges_reading', valid: true }]);
      const others = await dataSource.query<unknown[]>(
        `SELECT indisvalid AS valid FROM pg_index WHERE indrelid = 'other.gauges'::regclass`,
      );
      expect(others).to.deep.equal([{ valid: false }]);
    });
  },
);

onDatabase('sqlite', 'A connection on which a run has failed (SQLite)', (database) => {
  const { up } = new REBUILD().sqlite;
  const HALF_BUILT = revision(
    'RebuildParent1800000000022',
    [...up.slice(0, 3), 'SELECT no_such FROM "child"'],
    [],
  );
  const ORPHANS = revision('LoseParents1800000000022', ['DELETE FROM "parent"'], []);
  const AFTER_RENAME = revision('RebuildParent1800000000022', [...up, 'SELECT no_such FROM "child"'], []);
  const PRAGMAS = [
    'foreign_keys',
    'legacy_alter_table',
    'defer_foreign_keys',
    'journal_mode',
    'busy_timeout',
  ];

  async function pragmasOf(dataSource: DataSource): Promise<readonly unknown[]> {
    const values: unknown[] = [];
    for (const name of PRAGMAS) values.push((await dataSource.query<unknown[]>(`PRAGMA ${name}`))[0]);
    return values;
  }

  async function withRows(disposable: TestDatabase, pending: Pending): Promise<DataSource> {
    const dataSource = await disposable.connectAtHead(only(FAMILY));
    await dataSource.query(`INSERT INTO "parent" ("id", "name") VALUES (1, 'one')`);
    await dataSource.query('INSERT INTO "child" ("id", "parent_id") VALUES (2, 1)');
    return disposable.connect(only(FAMILY, pending));
  }

  for (const [kind, pending] of [
    ['half way through a rebuild', HALF_BUILT],
    ['after a rebuild', AFTER_RENAME],
    ['with foreign keys that point at nothing', ORPHANS],
  ] as const)
    for (const [foreignKeys, legacy] of [
      [1, 0],
      [0, 1],
    ] as const)
      it(`A connection on which a run has failed is as it was before: ${kind}, foreign_keys = ${foreignKeys}, legacy_alter_table = ${legacy}`, async () => {
        const dataSource = await withRows(database(), pending);
        await dataSource.query(`PRAGMA foreign_keys = ${foreignKeys}`);
        await dataSource.query(`PRAGMA legacy_alter_table = ${legacy}`);
        const before = { pragmas: await pragmasOf(dataSource), state: await formerState(database()) };
        for (let run = 1; run <= 2; run += 1) {
          expect(await failureOf(migrateUp(dataSource))).to.be.instanceOf(OrchestratorDbError);
          const after = { pragmas: await pragmasOf(dataSource), state: await formerState(database()) };
          expect(after).to.deep.equal(before);
        }
        expect(dataSource.createQueryRunner().isTransactionActive).to.equal(false);
        expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
      });
});
