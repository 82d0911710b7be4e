import { expect } from 'chai';
import { rangePartitions } from '../../../../src/databases/postgres/plan/range-partitions.js';
import { lendPlainPostgres, type PlainDatabase } from '../../../support/plain-postgres.js';

/** The block with another clock. */
function blockAt(moment: string, every: string, ahead = 1): string {
  const block = rangePartitions({ path: '"t"', prefix: '', name: 't', policy: { every, ahead } });
  expect(block.split('pg_catalog.now()').length).to.equal(2);
  return block.replace('pg_catalog.now()', () => `'${moment}'::timestamptz`);
}

const BOUNDS = `SELECT c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid) AS part
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 't'::regclass ORDER BY c.relname`;

/** The clock, the length of a partition, and the first two partitions as a session in UTC reads them. */
const CLOCKS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    '2028-02-29 12:00+00',
    '1 month',
    ['t_p2028_02 2028-02-01 2028-03-01', 't_p2028_03 2028-03-01 2028-04-01'],
  ],
  [
    '2028-02-29 12:00+00',
    '1 day',
    ['t_p2028_02_29 2028-02-29 2028-03-01', 't_p2028_03_01 2028-03-01 2028-03-02'],
  ],
  ['2026-12-31 23:59:59+00', '1 year', ['t_p2026 2026-01-01 2027-01-01', 't_p2027 2027-01-01 2028-01-01']],
  [
    '2027-01-01 00:00+00',
    '1 month',
    ['t_p2027_01 2027-01-01 2027-02-01', 't_p2027_02 2027-02-01 2027-03-01'],
  ],
  // It is December in UTC by then.
  [
    '2027-01-01 08:59:59+09',
    '1 month',
    ['t_p2026_12 2026-12-01 2027-01-01', 't_p2027_01 2027-01-01 2027-02-01'],
  ],
  [
    '2026-11-30 08:00+00',
    '3 months',
    ['t_p2026_10 2026-10-01 2027-01-01', 't_p2027_01 2027-01-01 2027-04-01'],
  ],
  [
    '2026-11-29 23:00+00',
    '1 week',
    ['t_p2026_11_23 2026-11-23 2026-11-30', 't_p2026_11_30 2026-11-30 2026-12-07'],
  ],
];

describe('The block that makes partitions by time', function () {
  this.timeout(60_000);
  let database: PlainDatabase;
  afterEach(() => database.takeBack());
  const table = async (type: string) => {
    database = await lendPlainPostgres([`CREATE TABLE t (at ${type} NOT NULL) PARTITION BY RANGE (at)`]);
    return database;
  };
  const parts = async () => (await database.execute(BOUNDS)).map(({ part }) => String(part));

  for (const [moment, every, expected] of CLOCKS)
    it(`Partitions of ${every} begin where they do in UTC, at ${moment}`, async () => {
      await table('date');
      await database.execute(blockAt(moment, every));
      const found = (await parts()).map((part) =>
        part.replaceAll(/FOR VALUES FROM|TO|[()']/g, '').replaceAll(/\s+/g, ' '),
      );
      expect(found).to.deep.equal(expected);
    });

  it('Bounds are in UTC in a session with another time zone, and by the hour', async () => {
    await table('timestamptz');
    await database.execute(`SET timezone = 'Asia/Tokyo'`, blockAt('2026-11-30 15:30+00', '6 hours'));
    const found = await database.execute(`SET timezone = 'UTC'`, BOUNDS);
    expect(found.map(({ part }) => part)).to.deep.equal([
      "t_p2026_11_30_12 FOR VALUES FROM ('2026-11-30 12:00:00+00') TO ('2026-11-30 18:00:00+00')",
      "t_p2026_11_30_18 FOR VALUES FROM ('2026-11-30 18:00:00+00') TO ('2026-12-01 00:00:00+00')",
    ]);
  });

  it('A second run makes only what is missing', async () => {
    await table('timestamp');
    await database.execute(blockAt('2026-11-30', '1 month', 0));
    await database.execute(blockAt('2026-11-30', '1 month', 2));
    await database.execute(blockAt('2026-12-01', '1 month', 2));
    expect((await parts()).map((part) => part.slice(0, 10))).to.deep.equal(
      ['11', '12', '01', '02'].map((month, at) => `t_p${at < 2 ? 2026 : 2027}_${month}`),
    );
  });

  it('A partition that overlaps one made by hand is an error of the server, and nothing is made', async () => {
    await table('date');
    await database.execute(
      `CREATE TABLE mine PARTITION OF t FOR VALUES FROM ('2026-12-10') TO ('2026-12-20')`,
    );
    const error: unknown = await database
      .execute(blockAt('2026-11-30', '1 month'))
      .catch((reason: unknown) => reason);
    expect((error as Error).message).to.contain('partition "t_p2026_12" would overlap partition "mine"');
    expect((await parts()).length).to.equal(1);
  });

  it('A name of 63 bytes loses its end, and a name with signs is quoted', async () => {
    const name = `it's "100%" ${'ä'.repeat(30)}`.slice(0, 37);
    const path = `"${name.replaceAll('"', '""')}"`;
    database = await lendPlainPostgres([`CREATE TABLE ${path} (at date NOT NULL) PARTITION BY RANGE (at)`]);
    const policy = { every: '1 month', ahead: 0 };
    await database.execute(rangePartitions({ path, prefix: 'public.', name, policy }));
    const [found] = await database.execute(
      `SELECT relname, octet_length(relname) AS bytes FROM pg_class WHERE relispartition`,
    );
    expect(String(found?.['relname'])).to.match(/^it's "100%" ä+_p\d{4}_\d\d$/);
    expect(Number(found?.['bytes'])).to.be.at.most(63);
  });
});
