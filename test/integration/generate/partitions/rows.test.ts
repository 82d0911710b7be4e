import { expect } from 'chai';
import { postgresFixtures } from '../../../../src/databases/postgres/fixtures.js';
import { TypeormSession } from '../../../../src/databases/typeorm-session.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';

const BOUNDS = [
  { place: 'flag.f', texts: ['false', 'true'] },
  { place: 'lists.kind', texts: ["o'clock", 'b', 'c'] },
  { place: 'numbers.n', texts: ['-10', '0'] },
  { place: 'time.at', texts: ['2026-11-01 00:00:00+00', '2026-12-01 00:00:00+00'] },
];

onDatabase('postgres', 'Values for the rows of a verification', (database) => {
  it('They are those of the partitions, and each partition takes its own', async () => {
    await execute(database(), [
      'CREATE TABLE time (at timestamptz) PARTITION BY RANGE (at)',
      `CREATE TABLE time_1 PARTITION OF time FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00')`,
      `CREATE TABLE time_2 PARTITION OF time FOR VALUES FROM ('2026-12-01 00:00+00') TO (MAXVALUE)`,
      'CREATE TABLE lists (kind text) PARTITION BY LIST (kind)',
      `CREATE TABLE lists_1 PARTITION OF lists FOR VALUES IN ('o''clock', 'b', NULL)`,
      `CREATE TABLE lists_2 PARTITION OF lists FOR VALUES IN ('c')`,
      'CREATE TABLE lists_3 PARTITION OF lists DEFAULT',
      'CREATE TABLE numbers (n integer) PARTITION BY RANGE (n)',
      'CREATE TABLE numbers_1 PARTITION OF numbers FOR VALUES FROM (-10) TO (0)',
      'CREATE TABLE numbers_2 PARTITION OF numbers FOR VALUES FROM (0) TO (10)',
      'CREATE TABLE flag (f boolean) PARTITION BY LIST (f)',
      'CREATE TABLE flag_1 PARTITION OF flag FOR VALUES IN (false)',
      'CREATE TABLE flag_2 PARTITION OF flag FOR VALUES IN (true)',
      'CREATE TABLE hashed (n integer) PARTITION BY HASH (n)',
      'CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
    ]);
    const dataSource = await database().connect({ entities: [], migrations: [] });
    const session = new TypeormSession(dataSource.createQueryRunner());
    const found = await postgresFixtures.readBounds(session).finally(() => session.close());
    expect([...found].sort((a, b) => (a.place < b.place ? -1 : 1))).to.deep.equal(BOUNDS);
    for (const { place, texts } of found)
      for (const text of texts)
        await execute(database(), [
          `INSERT INTO ${place.replace(/\..*/, '')} VALUES ('${text.replaceAll("'", "''")}')`,
        ]);
    const counts = `SELECT tableoid::regclass::text AS part, count(*)::integer FROM lists GROUP BY 1 ORDER BY 1`;
    expect(await rowsOf(database(), counts)).to.deep.equal([
      { part: 'lists_1', count: 2 },
      { part: 'lists_2', count: 1 },
    ]);
  });
});
