import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { backfillBlock } from '../../../src/databases/postgres/plan/backfill.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { withRawClient } from '../../support/raw-postgres.js';
import { untilAsleep, untilLocked } from '../../support/until.js';

/** More than two batches in each partition. */
const ROWS = 15_000;
const KEY = ['shard', 'id'].map((name) => ({ name, type: 'integer' }));

/** The rows of a shard that has no partition yet are in `later`, which a test attaches. */
const PREPARE = [
  'CREATE TABLE jobs (shard integer, id integer, n integer, PRIMARY KEY (shard, id)) PARTITION BY LIST (shard)',
  'CREATE TABLE jobs_0 PARTITION OF jobs FOR VALUES IN (0)',
  'CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1) PARTITION BY RANGE (id)',
  'CREATE TABLE "jobs_1 low" PARTITION OF jobs_1 FOR VALUES FROM (0) TO (7000)',
  'CREATE TABLE jobs_1_high PARTITION OF jobs_1 FOR VALUES FROM (7000) TO (1000000)',
  'CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES IN (2)',
  'CREATE TABLE later (shard integer, id integer, n integer, PRIMARY KEY (shard, id))',
  'CREATE TABLE heir_parent (id integer PRIMARY KEY, n integer)',
  'CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (heir_parent)',
];

describe('A backfill of a partitioned table', function () {
  this.timeout(60_000);
  let database: PlainDatabase;
  beforeEach(async () => {
    database = await lendPlainPostgres([
      ...PREPARE,
      `INSERT INTO jobs SELECT i % 3, i, CASE WHEN i = 7 THEN 70 END FROM generate_series(1, ${ROWS}) AS i`,
      `INSERT INTO later SELECT 3, i FROM generate_series(20001, 22500) AS i`,
    ]);
  });
  afterEach(() => database.takeBack());

  const block = backfillBlock({ path: '"jobs"', column: 'n', value: 'jobs.id + 1', key: KEY });
  const keyless = backfillBlock({ path: '"jobs"', column: 'n', value: 'jobs.id + 1', key: [] });
  const wrong = () =>
    database.execute(
      'SELECT shard, id FROM jobs WHERE n IS DISTINCT FROM CASE WHEN id = 7 THEN 70 ELSE id + 1 END',
    );

  for (const [title, sql] of [
    ['along the key', block],
    ['without a key', keyless],
  ] as const) {
    it(`A backfill fills every row of every partition once, ${title}, and counts them`, async () => {
      const notices = await fill(database, sql);
      expect(await wrong()).to.deep.equal([]);
      expect(notices).to.deep.equal([`${ROWS - 1} rows of jobs have a value now`]);
    });

    it(`A backfill waits for no row, ${title}: neither for a locked one nor for one at the same place`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        // The first places of one partition are those of the others.
        await other.query('SELECT FROM jobs_2 WHERE id <= 300 FOR NO KEY UPDATE');
        const filling = fill(database, sql);
        await Promise.race([filling, untilFilled(database, 'jobs_0', 5000)]);
        await Promise.race([filling, untilFilled(database, 'jobs_1', 5000)]);
        // It holds no row meanwhile.
        await other.query('UPDATE jobs SET n = 11 WHERE shard = 1 AND id = 4');
        await other.query('COMMIT');
        await filling;
        const rows = await database.execute('SELECT shard, id, n FROM jobs WHERE n <> id + 1 ORDER BY id');
        expect(rows).to.deep.equal([
          { shard: 1, id: 4, n: 11 },
          { shard: 1, id: 7, n: 70 },
        ]);
      }));

    it(`A backfill fills all other rows of a table while a session locks one of its first rows, ${title}`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query('SELECT FROM jobs WHERE id = 3 FOR UPDATE');
        const filling = fill(database, sql);
        await Promise.race([filling, untilLeft(database, 1)]);
        await Promise.race([filling, untilAsleep((sql) => database.execute(sql))]);
        await other.query('COMMIT');
        expect(await filling).to.deep.equal([
          'Other sessions lock rows of jobs that have no value yet. The backfill retries them.',
          `${ROWS - 1} rows of jobs have a value now`,
        ]);
        expect(await wrong()).to.deep.equal([]);
      }));

    it(`A backfill fills a partition that is attached meanwhile, and a row that moves meanwhile, ${title}`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query('SELECT FROM jobs_2 WHERE id = 14999 FOR UPDATE');
        const filling = fill(database, sql);
        await Promise.race([filling, untilLeft(database, 1)]);
        await database.execute('ALTER TABLE jobs ATTACH PARTITION later FOR VALUES IN (3)');
        await other.query('UPDATE jobs SET shard = 0 WHERE shard = 2 AND id = 14999');
        await other.query('COMMIT');
        await filling;
        expect(await wrong()).to.deep.equal([]);
      }));
  }

  for (const [title, columns] of [
    ['along the key', KEY],
    ['without a key', []],
  ] as const) {
    it(`A backfill fills a row that moves to another partition while a batch is about to lock it, ${title}`, async () => {
      const value = `jobs.id + CASE jobs.id WHEN 14999 THEN length(pg_sleep(0.5)::text) + 1 ELSE 1 END`;
      const filling = fill(database, backfillBlock({ path: '"jobs"', column: 'n', value, key: columns }));
      await Promise.race([filling, untilAsleep((sql) => database.execute(sql))]);
      await database.execute('UPDATE jobs SET shard = 0 WHERE shard = 2 AND id = 14999');
      await filling;
      expect(await wrong()).to.deep.equal([]);
    });
  }

  it('A backfill reports a serialization failure that every attempt repeats', async () => {
    await database.execute(
      `CREATE FUNCTION fails() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE serialization_failure USING MESSAGE = 'no luck'; END $$`,
    );
    const failing = fill(
      database,
      backfillBlock({
        path: '"jobs"',
        column: 'n',
        value: 'CASE WHEN jobs.id > 0 THEN fails() END',
        key: KEY,
      }),
    );
    expect(String(await failing.catch((reason: unknown) => reason))).to.include('no luck');
  });

  it('A backfill continues without a partition that is dropped meanwhile', () =>
    withRawClient(database.target, async (other) => {
      await other.query('BEGIN');
      await other.query('SELECT FROM jobs_0 WHERE id = 15000 FOR UPDATE');
      const filling = fill(database, block);
      await Promise.race([filling, untilFilled(database, 'jobs_0', 4998)]);
      await dropped(database, 'jobs_2');
      await other.query('COMMIT');
      await filling;
      expect(await wrong()).to.deep.equal([]);
    }));

  const RENAME = 'ALTER TABLE jobs_2 RENAME TO "jobs_2 later"';
  for (const [title, change, sql] of [
    ['continues without it when it is dropped, along the key', 'DROP TABLE jobs_2', block],
    ['continues without it when it is dropped, without a key', 'DROP TABLE jobs_2', keyless],
    ['fills it when it is renamed', RENAME, block],
  ] as const)
    it(`A backfill that waits for a partition ${title}`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query(change);
        const filling = fill(database, sql);
        await untilLocked((statement) => database.execute(statement));
        await other.query('COMMIT');
        await filling;
        expect(await wrong()).to.deep.equal([]);
      }));

  it('A backfill fills a table and its heirs', async () => {
    await database.execute(
      'INSERT INTO heir_parent SELECT i FROM generate_series(1, 3000) AS i',
      'INSERT INTO heir SELECT i FROM generate_series(1, 3000) AS i',
    );
    const key = [{ name: 'id', type: 'integer' }];
    await fill(database, backfillBlock({ path: '"heir_parent"', column: 'n', value: 'id', key }));
    expect(await database.execute('SELECT count(*)::int AS n FROM heir_parent WHERE n = id')).to.deep.equal([
      { n: 6000 },
    ]);
  });

  it('A backfill accepts an expression, a table and a column with quotes, percent signs and dollar quotes', async () => {
    await database.execute(
      `CREATE TABLE "100% ""$sql$""" ("a%s" integer PRIMARY KEY, "b $backfill$ %" text)`,
      `INSERT INTO "100% ""$sql$""" VALUES (1, NULL), (2, 'kept')`,
    );
    await fill(
      database,
      backfillBlock({
        path: '"100% ""$sql$"""',
        column: 'b $backfill$ %',
        value: `'$sql$ %s %% ' || ("100% ""$sql$"""."a%s" % 7) || '$backfill$'`,
        key: [{ name: 'a%s', type: 'integer' }],
      }),
    );
    expect(
      await database.execute(`SELECT "b $backfill$ %" AS b FROM "100% ""$sql$""" ORDER BY 1`),
    ).to.deep.equal([{ b: '$sql$ %s %% 1$backfill$' }, { b: 'kept' }]);
  });
});

/** A wait for a lock would be an error. */
async function fill({ target }: PlainDatabase, block: string): Promise<readonly string[]> {
  const client = new pg.Client(clientConfig(target));
  const notices: string[] = [];
  client.on('notice', ({ message }) => notices.push(message ?? ''));
  await client.connect();
  try {
    await client.query("SET lock_timeout = '1s'");
    await client.query(block);
    return notices;
  } finally {
    await client.end();
  }
}

async function untilLeft(database: PlainDatabase, left: number): Promise<void> {
  for (;;) {
    const [row] = await database.execute('SELECT count(*)::int AS n FROM jobs WHERE n IS NULL');
    if (row?.['n'] === left) return;
  }
}

/** The server ends one of two that wait for each other, and the backfill tries again by itself. */
async function dropped(database: PlainDatabase, table: string): Promise<void> {
  for (;;)
    try {
      await database.execute(`DROP TABLE ${table}`);
      return;
    } catch (error) {
      if ((error as { readonly code?: string }).code !== '40P01') throw error;
    }
}

async function untilFilled(database: PlainDatabase, table: string, rows: number): Promise<void> {
  for (;;) {
    const [row] = await database.execute(`SELECT count(n)::int AS n FROM ${table}`);
    if (Number(row?.['n']) >= rows) return;
  }
}
