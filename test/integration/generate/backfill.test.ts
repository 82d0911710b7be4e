import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { backfillBlock } from '../../../src/databases/postgres/plan/backfill.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { withRawClient } from '../../support/raw-postgres.js';

/** More than two batches. */
const ROWS = 5000;

describe('backfillBlock', () => {
  let database: PlainDatabase;
  before(async () => {
    database = await lendPlainPostgres([
      'CREATE TABLE keyed (shard integer, id integer, n integer, PRIMARY KEY (shard, id))',
      'CREATE TABLE keyless (id integer, n integer)',
    ]);
  });
  beforeEach(() =>
    database.execute(
      'TRUNCATE keyed, keyless',
      `INSERT INTO keyed SELECT i % 3, i, CASE WHEN i = 7 THEN 70 END FROM generate_series(1, ${ROWS}) AS i`,
      `INSERT INTO keyless SELECT i, CASE WHEN i = 7 THEN 70 END FROM generate_series(1, ${ROWS}) AS i`,
    ),
  );
  after(() => database.takeBack());

  const KEY = ['shard', 'id'].map((name) => ({ name, type: 'integer' }));
  for (const { table, key } of [
    { table: 'keyed', key: KEY },
    { table: 'keyless', key: [] },
  ]) {
    const block = backfillBlock({ path: table, column: 'n', value: 'id + 1', key });

    it(`The backfill block fills the rows without a value and leaves the rest, ${table}`, async () => {
      await database.execute(block);
      const wrong = await database.execute(
        `SELECT id FROM ${table} WHERE n IS DISTINCT FROM CASE WHEN id = 7 THEN 70 ELSE id + 1 END`,
      );
      expect(wrong).to.deep.equal([]);
    });

    it(`The backfill block waits for no locked row and fills it later, ${table}`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query(`UPDATE ${table} SET id = id WHERE id = ${ROWS}`);
        const filling = fill(database, block);
        await untilLeft(database, table, 1);
        // It holds no row meanwhile: this one is before the other in the table.
        await other.query(`UPDATE ${table} SET n = 11 WHERE id = 3`);
        await other.query('COMMIT');
        await filling;
        const rows = await database.execute(
          `SELECT id, n FROM ${table} WHERE id IN (3, ${ROWS}) ORDER BY id`,
        );
        expect(rows).to.deep.equal([
          { id: 3, n: 11 },
          { id: ROWS, n: ROWS + 1 },
        ]);
      }));
  }

  /** Each makes the update of one row wait for another session. */
  const WAITS: Readonly<Record<string, readonly [made: readonly string[], held: string]>> = {
    'the row that a foreign key refers to': [
      [
        'CREATE TABLE others (id integer PRIMARY KEY)',
        `INSERT INTO others SELECT generate_series(1, ${ROWS + 1})`,
        'ALTER TABLE waiting ADD FOREIGN KEY (n) REFERENCES others NOT VALID',
      ],
      `SELECT FROM others WHERE id = ${ROWS + 1} FOR UPDATE`,
    ],
    'the same value in a unique index': [
      ['ALTER TABLE waiting ADD UNIQUE (n)'],
      `INSERT INTO waiting VALUES (0, ${ROWS + 1})`,
    ],
    'a lock that a trigger takes': [
      [
        `CREATE FUNCTION take_lock() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = ${ROWS} THEN PERFORM pg_advisory_xact_lock(77); END IF; RETURN NEW; END'`,
        'CREATE TRIGGER takes BEFORE UPDATE ON waiting FOR EACH ROW EXECUTE FUNCTION take_lock()',
      ],
      'SELECT pg_advisory_xact_lock(77)',
    ],
  };
  for (const [title, [made, held]] of Object.entries(WAITS))
    it(`The backfill block keeps no other session waiting for long where an update waits for ${title}`, async () => {
      await database.execute(
        'DROP TABLE IF EXISTS waiting, others',
        'CREATE TABLE waiting (id integer PRIMARY KEY, n integer)',
        `INSERT INTO waiting SELECT i, NULL FROM generate_series(1, ${ROWS}) AS i`,
        ...made,
      );
      const key = [{ name: 'id', type: 'integer' }];
      await withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query(held);
        const filling = fill(database, backfillBlock({ path: 'waiting', column: 'n', value: 'id + 1', key }));
        // All but the batch that waits.
        await untilLeft(database, 'waiting', ROWS % 2000);
        await other.query("SET LOCAL lock_timeout = '900ms'");
        await other.query(`UPDATE waiting SET id = id WHERE id = ${ROWS - 1}`);
        await other.query('ROLLBACK');
        await filling;
      });
      expect(await database.execute('SELECT id FROM waiting WHERE n IS DISTINCT FROM id + 1')).to.deep.equal(
        [],
      );
    });

  for (const [title, key] of [
    ['of one column', ['code']],
    ['with another column before it', ['shard', 'code']],
    ['with another column behind it', ['code', 'shard']],
  ] as const)
    it(`The backfill block follows a key whose type has its operators in another schema, ${title}`, async () => {
      await database.execute(
        'CREATE SCHEMA IF NOT EXISTS ext',
        'CREATE EXTENSION IF NOT EXISTS citext SCHEMA ext',
        'DROP TABLE IF EXISTS lettered',
        `CREATE TABLE lettered (shard integer, code ext.citext, n integer, PRIMARY KEY (${key.join(', ')}))`,
        // In the order of their bytes all capitals are before all small letters.
        `INSERT INTO lettered SELECT i % 3, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'b' END || i, NULL FROM generate_series(1, ${ROWS}) AS i`,
        `INSERT INTO lettered SELECT i % 3, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'B' END || 'x' || i, NULL FROM generate_series(1, ${ROWS}) AS i`,
      );
      const types = { shard: 'integer', code: 'ext.citext' };
      await database.execute(
        backfillBlock({
          path: 'lettered',
          column: 'n',
          value: '7',
          key: key.map((name) => ({ name, type: types[name] })),
        }),
      );
      expect(await database.execute('SELECT count(*)::integer AS n FROM lettered WHERE n = 7')).to.deep.equal(
        [{ n: 2 * ROWS }],
      );
    });

  it('The backfill block follows a key of an enumerated type', async () => {
    await database.execute(
      `CREATE TYPE grade AS ENUM ('low', 'high')`,
      'CREATE TABLE graded (grade grade, id integer, n integer, PRIMARY KEY (grade, id))',
      `INSERT INTO graded SELECT CASE WHEN i % 2 = 0 THEN 'low' ELSE 'high' END::grade, i FROM generate_series(1, ${ROWS}) AS i`,
    );
    const key = [
      { name: 'grade', type: '"grade"' },
      { name: 'id', type: 'integer' },
    ];
    await database.execute(backfillBlock({ path: 'graded', column: 'n', value: '7', key }));
    expect(await database.execute('SELECT count(*)::integer AS n FROM graded WHERE n = 7')).to.deep.equal([
      { n: ROWS },
    ]);
  });

  it('The backfill block changes nothing in a table without rows', async () => {
    await database.execute('TRUNCATE keyed');
    await database.execute(backfillBlock({ path: 'keyed', column: 'n', value: '1', key: KEY }));
    expect(await database.execute('SELECT * FROM keyed')).to.deep.equal([]);
  });
});

/** A wait for a lock would be an error. */
async function fill({ target }: PlainDatabase, block: string): Promise<void> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    await client.query("SET lock_timeout = '1s'");
    await client.query(block);
  } finally {
    await client.end();
  }
}

async function untilLeft(database: PlainDatabase, table: string, left: number): Promise<void> {
  for (;;) {
    const [row] = await database.execute(`SELECT count(*)::int AS n FROM ${table} WHERE n IS NULL`);
    if (row?.['n'] === left) return;
  }
}
