import { expect } from 'chai';
import { rangePartitions } from '../../../src/databases/postgres/plan/range-partitions.js';
import { keepPartitionsAt } from '../../../src/partitions/keep-partitions.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import { EVENT_PARTS, EVENT_TABLE, keptEvent, partWords } from '../../support/kept-event.js';

const LENGTHS = ['1 day', '1 week', '1 month', '3 months', '1 year', '6 hours', '10 days'];
const CLOCKS = [
  '2028-02-28 23:59:59.9999+00',
  '2028-02-29 12:00+00',
  '2028-03-01 00:00+00',
  '2026-12-31 23:59:59+00',
  '2027-01-01 08:59:59+09',
];

onDatabase('postgres', 'The clock of a keeper of partitions', (database) => {
  const policy = (every: string) => ({ by: 'at', strategy: 'range', every, ahead: 3 }) as const;
  const connect = (every: string) =>
    database().connect({ entities: [keptEvent(policy(every))], migrations: [] });
  const parts = async () => (await rowsOf(database(), EVENT_PARTS)).map(({ part }) => partWords(part));
  const at = (moment: string) => `'${moment}'::timestamptz`;
  const block = (every: string, moment: string) =>
    rangePartitions({ path: '"event"', prefix: '', name: 'event', policy: { every, ahead: 3 } }).replace(
      'pg_catalog.now()',
      () => at(moment),
    );

  for (const every of LENGTHS)
    it(`A keeper makes the partitions that the block of a revision makes, for ${every}`, async () => {
      await execute(database(), [EVENT_TABLE]);
      const dataSource = await connect(every);
      for (const clock of CLOCKS) {
        await execute(database(), ['DROP TABLE "event"', EVENT_TABLE, block(every, clock)]);
        const ofBlock = await parts();
        expect(ofBlock.length).to.equal(4);
        const [none] = (await keepPartitionsAt(dataSource, {}, at(clock))).tables;
        expect([none?.made, none?.refused], clock).to.deep.equal([[], []]);
        await execute(database(), ['DROP TABLE "event"', EVENT_TABLE]);
        await keepPartitionsAt(dataSource, {}, at(clock));
        expect(await parts(), clock).to.deep.equal(ofBlock);
        await execute(database(), [block(every, clock)]);
        expect(await parts(), clock).to.deep.equal(ofBlock);
      }
    }).timeout(60_000);

  it('A clock that is a day ahead, and then right again, makes a partition more and loses none', async () => {
    await execute(database(), [EVENT_TABLE]);
    const dataSource = await connect('1 day');
    await keepPartitionsAt(dataSource, {}, at('2028-02-28 12:00+00'));
    const days = (from: number) => Array.from({ length: 4 }, (_, day) => from + day);
    await execute(
      database(),
      days(0).map(
        (day) =>
          `INSERT INTO "event" VALUES (${day}, ${at('2028-02-28 00:00+00')} + ${day} * interval '1 day')`,
      ),
    );
    const [ahead] = (await keepPartitionsAt(dataSource, {}, at('2028-02-29 12:00+00'))).tables;
    expect(ahead).to.deep.include({ made: ['event_p2028_03_03'], dropped: [], refused: [] });
    const [right] = (await keepPartitionsAt(dataSource, {}, at('2028-02-28 12:00+00'))).tables;
    expect(right).to.deep.include({ made: [], dropped: [], refused: [] });
    const rows = await rowsOf(
      database(),
      'SELECT tableoid::regclass::text AS part FROM "event" ORDER BY "id"',
    );
    expect(rows.map(({ part }) => part)).to.deep.equal([
      'event_p2028_02_28',
      'event_p2028_02_29',
      'event_p2028_03_01',
      'event_p2028_03_02',
    ]);
  });
});
