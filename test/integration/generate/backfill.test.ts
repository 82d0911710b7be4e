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

    it(`fills what has no value and leaves the rest, ${table}`, async () => {
      await database.execute(block);
      const wrong = await database.execute(
        `SELECT id FROM ${table} WHERE n IS DISTINCT FROM CASE WHEN id = 7 THEN 70 ELSE id + 1 END`,
      );
      expect(wrong).to.deep.equal([]);
    });

    it(`waits for nobody's row, and comes back to it, ${table}`, () =>
      withRawClient(database.target, async (other) => {
        await other.query('BEGIN');
        await other.query(`UPDATE ${table} SET id = id WHERE id = ${ROWS}`);
        const filling = fill(database, block);
        await untilLeft(database, table, 1);
        // It holds no row meanwhile: this one comes before the other in the table.
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

  it('does nothing to a table without rows', async () => {
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
