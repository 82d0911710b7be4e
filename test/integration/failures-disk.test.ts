import { expect } from 'chai';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownTarget, PostgresTarget } from '../../src/database-url.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import {
  expectFailure,
  formerState,
  only,
  onTarget,
  readable,
  recordsIn,
  withClient,
} from '../support/failures.js';
import { startRestartablePostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { revision } from '../support/revisions.js';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.js';

const FIRST = revision(
  'MakeGauges1800000000311',
  [
    'CREATE TABLE gauges (id integer PRIMARY KEY, reading integer NOT NULL)',
    'INSERT INTO gauges VALUES (1, 11)',
  ],
  [],
);

/** Two megabytes in one statement, then a little in another one. */
const BIG_ON_SQLITE = revision(
  'FillUp1800000000312',
  [
    'UPDATE gauges SET reading = 12',
    'CREATE TABLE big (words text NOT NULL)',
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     INSERT INTO big SELECT hex(zeroblob(500)) FROM n`,
    'INSERT INTO gauges VALUES (2, 22)',
  ],
  [],
);

/** The same on PostgreSQL, where it goes to the table's place; 32 MB, uncompressed since each row is short. */
const bigOnPostgres = (tablespace: string) =>
  revision(
    'FillUp1800000000312',
    [
      'UPDATE gauges SET reading = 12',
      `CREATE TABLE big (words text NOT NULL) ${tablespace}`,
      `INSERT INTO big SELECT repeat('x', 1000) FROM generate_series(1, 30000)`,
      'INSERT INTO gauges VALUES (2, 22)',
    ],
    [],
  );

const BOTH = ['MakeGauges1800000000311', 'FillUp1800000000312'];

const failedFor = (reason: string) =>
  new RegExp(
    `^FillUp1800000000312: up failed: ${reason} ` +
      'Its transaction was rolled back: the database is as it was before this revision\\. Fix the cause, then run the command again\\.$',
  );

/** Runs it where there is no room, makes room, and runs it again. */
async function failThenComplete(
  target: KnownTarget,
  { big, words, makeRoom }: { big: typeof FIRST; words: RegExp; makeRoom: () => Promise<void> | void },
): Promise<void> {
  const before = await formerState(readable(target));
  const contents = only(FIRST, big);
  await onTarget(target, { contents }, (dataSource) =>
    expectFailure(migrateUp(dataSource), RevisionFailedError, words),
  );
  expect(await formerState(readable(target))).to.deep.equal(before);
  await makeRoom();
  const { done } = await onTarget(target, { contents }, (dataSource) => migrateUp(dataSource));
  expect(done.map(({ id }) => id)).to.deep.equal([BOTH[1]]);
  expect(await recordsIn(readable(target))).to.deep.equal(BOTH);
}

onDatabase('sqlite', 'A disk that is full (SQLite)', (database) => {
  const full = failedFor('(SQLITE_FULL: |SqliteError: )?database or disk is full\\.');

  it('A disk that is full fails, saying so, leaves the former state, and completes once there is room', async () => {
    await database().connectAtHead(only(FIRST));
    const disk = mountSmallDisk(16, 600);
    if (!disk) return failThenCompleteOnOneConnection(database());
    try {
      const path = join(disk.folder, 'small.db');
      copyFileSync(await settled(database()), path);
      const target = { dialect: 'sqlite', path, shown: `sqlite:${path}` } as const;
      await failThenComplete(target, { big: BIG_ON_SQLITE, words: full, makeRoom: () => disk.makeRoom() });
    } finally {
      disk.remove();
    }
  });

  it('A disk that is full does so on one and the same connection', async () => {
    await database().connectAtHead(only(FIRST));
    await failThenCompleteOnOneConnection(database());
  });

  /** A database may be given a limit of its own; SQLite answers as it does where the disk is full. */
  async function failThenCompleteOnOneConnection(disposable: TestDatabase): Promise<void> {
    const before = await formerState(disposable);
    const dataSource = await disposable.connect(only(FIRST, BIG_ON_SQLITE));
    await dataSource.query('PRAGMA max_page_count = 40');
    await expectFailure(migrateUp(dataSource), RevisionFailedError, full);
    expect(await formerState(disposable)).to.deep.equal(before);
    await dataSource.query('PRAGMA max_page_count = 100000');
    expect((await migrateUp(dataSource)).done).to.have.length(1);
    expect(await recordsIn(disposable)).to.deep.equal(BOTH);
  }

  /** The file with all that the journal beside it holds. */
  async function settled(disposable: TestDatabase): Promise<string> {
    const dataSource = await disposable.connect(only(FIRST));
    await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
    return String(dataSource.options.database);
  }
});

describe('A disk that is full (PostgreSQL)', () => {
  const LIMIT_KIB = 20 * 1024;
  let server: RestartablePostgres;
  before(async () => {
    server = await startRestartablePostgres();
  });
  after(() => server.stop());

  async function newDatabase(database: string): Promise<PostgresTarget> {
    await withClient(server.target, (client) => client.query(`CREATE DATABASE ${database}`));
    const target = { ...server.target, database };
    await onTarget(target, { contents: only(FIRST) }, (dataSource) => migrateUp(dataSource));
    return target;
  }

  const underQuota = async (target: PostgresTarget) => {
    await server.halt('SIGINT');
    await server.resume(LIMIT_KIB);
    await failThenComplete(target, {
      big: bigOnPostgres(''),
      words: failedFor('could not extend file "base/[^"]+"[^:]*: File too large\\. Check free disk space\\.'),
      makeRoom: async () => {
        await server.halt('SIGINT');
        await server.resume();
      },
    });
  };

  async function onDisk(target: PostgresTarget, disk: SmallDisk): Promise<void> {
    await withClient(target, (client) => client.query(`CREATE TABLESPACE small LOCATION '${disk.folder}'`));
    await failThenComplete(target, {
      big: bigOnPostgres('TABLESPACE small'),
      words: failedFor(
        'could not extend file "pg_tblspc/[^"]+"[^:]*: No space left on device\\. Check free disk space\\.',
      ),
      makeRoom: () => disk.makeRoom(),
    });
    await withClient(target, async (client) => {
      for (const sql of ['DROP TABLE big', 'DROP TABLESPACE small']) await client.query(sql);
    });
  }

  it('A disk that is full fails, saying so, leaves the former state, and completes once there is room', async () => {
    const target = await newDatabase('on_small_disk');
    const disk = mountSmallDisk(64, 4096, server.owner);
    if (!disk) return underQuota(target);
    try {
      await onDisk(target, disk);
    } finally {
      disk.remove();
    }
  });

  it('A disk that is full does so where the server may not write files of that size', async () => {
    await underQuota(await newDatabase('under_quota'));
  });
});
