import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { backfillBlock, type Backfill } from '../../../src/databases/postgres/plan/backfill.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';
import { until } from '../../support/until.js';

const ROWS = 5000;
/** Each row gets another number, half a millisecond after the one before. */
const SLOW = "CASE WHEN pg_sleep(0.0005) IS NULL THEN 0 ELSE nextval('numbers') END";
const TABLE = [
  'CREATE SEQUENCE numbers',
  'CREATE TABLE "a ""b"" c" ("Day" date NOT NULL, "no" integer NOT NULL, "value" bigint)',
  `INSERT INTO "a ""b"" c" SELECT date '2024-01-01' + n % 7, n, NULL FROM generate_series(1, ${ROWS}) n`,
];
const KEY = 'ALTER TABLE "a ""b"" c" ADD PRIMARY KEY ("Day", "no")';
const FILL: Backfill = {
  path: '"a ""b"" c"',
  column: 'value',
  value: SLOW,
  key: [
    { name: 'Day', type: 'date' },
    { name: 'no', type: 'integer' },
  ],
};

describe('A backfill', () => {
  let database: PlainDatabase;
  beforeEach(async () => {
    database = await lendPlainPostgres(TABLE);
  });
  afterEach(() => database.takeBack());

  it('A backfill that is killed half way keeps its committed batches and continues from there', async function () {
    this.timeout(60_000);
    await database.execute(KEY);
    await killedHalfWay();
    const before = await filled();
    expect(before.length).to.be.within(1, ROWS - 1);
    await database.execute(backfillBlock(FILL));
    const after = await filled();
    expect(after.length).to.equal(ROWS);
    expect(after).to.include.members(before);
  });

  it('A backfill of a table without a key is one batch', async function () {
    this.timeout(60_000);
    await database.execute(backfillBlock({ ...FILL, value: "nextval('numbers')", key: [] }));
    expect((await filled()).length).to.equal(ROWS);
  });

  async function killedHalfWay(): Promise<void> {
    const client = new pg.Client(clientConfig(database.target));
    client.on('error', () => undefined);
    await client.connect();
    const run = client.query(backfillBlock(FILL)).then(
      () => 'ended',
      () => 'killed',
    );
    await until(async () => (await filled()).length > 0);
    await database.execute(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $backfill%' AND pid <> pg_backend_pid()`,
    );
    expect(await run).to.equal('killed');
    await client.end().catch(() => undefined);
  }

  async function filled(): Promise<readonly string[]> {
    const rows = await database.execute(
      `SELECT "Day"::text || ' ' || "no" || ' ' || "value" AS row FROM "a ""b"" c" WHERE "value" IS NOT NULL`,
    );
    return rows.map(({ row }) => String(row));
  }
});
