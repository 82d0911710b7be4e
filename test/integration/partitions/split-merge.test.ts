import { expect } from 'chai';
import { UsageError } from '../../../src/errors/base.js';
import { keepPartitionsAt } from '../../../src/partitions/keep-partitions.js';
import { mergePartitions } from '../../../src/partitions/merge-partitions.js';
import type { PartitionOptions } from '../../../src/partitioned.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import {
  EVENT_DEFAULT,
  EVENT_PARTS,
  EVENT_TABLE,
  eventMonth,
  keptEvent,
  MONTHLY,
  partWords,
} from '../../support/kept-event.js';
import { countsIn, leftIn } from '../../support/kept-world.js';

const FOREVER: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };
const NOVEMBER = `'2026-11-30 12:00+00'::timestamptz`;
/** A table that became partitioned in November, with a row of each month of the year before. */
const DIVIDED = [
  EVENT_TABLE,
  `CREATE TABLE "event_before" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('2027-01-01 00:00:00+00')`,
  eventMonth('2027-01'),
  eventMonth('2027-02'),
  `INSERT INTO "event" SELECT n, '2026-11-15'::timestamptz - n * interval '1 month' FROM generate_series(0, 11) AS n`,
  `INSERT INTO "event" VALUES (99, '2027-01-05'), (100, '2026-08-31 23:59:59.999999+00'), (101, '2026-09-01')`,
];

onDatabase('postgres', 'The first partition is divided, and partitions become one', (database) => {
  const connect = (options: PartitionOptions = MONTHLY) =>
    database().connect({ entities: [keptEvent(options)], migrations: [] });
  const target = () => database().target as PostgresTarget;
  const parts = async () => (await rowsOf(database(), EVENT_PARTS)).map(({ part }) => partWords(part));
  const split = async (options: PartitionOptions = MONTHLY) =>
    (await keepPartitionsAt(await connect(options), { splitFirst: true }, NOVEMBER)).tables[0];
  const ids = () => rowsOf(database(), 'SELECT "id", "at", "note" FROM "event" ORDER BY 1');

  it('Rows that are kept get a partition of their month, and what is older is dropped as a whole by the next keeper', async () => {
    await execute(database(), DIVIDED);
    const before = await ids();
    expect(await split()).to.deep.equal({
      table: 'event',
      made: ['event_before', 'event_p2026_09', 'event_p2026_10', 'event_p2026_11', 'event_p2026_12'],
      ...{ dropped: [], detached: [], moved: 14, refused: [] },
    });
    expect(await ids()).to.deep.equal(before);
    expect(await parts()).to.deep.equal([
      'event_before MINVALUE 2026-09-01',
      'event_p2026_09 2026-09-01 2026-10-01',
      'event_p2026_10 2026-10-01 2026-11-01',
      'event_p2026_11 2026-11-01 2026-12-01',
      'event_p2026_12 2026-12-01 2027-01-01',
      'event_p2027_01 2027-01-01 2027-02-01',
      'event_p2027_02 2027-02-01 2027-03-01',
    ]);
    expect(await countsIn(target())).to.deep.equal({
      ...{ event_before: 10, event_p2026_09: 2, event_p2026_10: 1, event_p2026_11: 1, event_p2027_01: 1 },
    });
    expect(await leftIn(target())).to.deep.equal([]);
    expect(await split()).to.deep.include({ made: [], dropped: ['event_before'], moved: 0 });
    expect(await split()).to.deep.include({ made: [], dropped: [], moved: 0 });
  });

  it('Without keep each month of a row and those between have a partition, and a place is left for older rows', async () => {
    await execute(database(), [...DIVIDED, `DELETE FROM "event" WHERE "id" IN (3, 4)`]);
    const made = (await split(FOREVER))?.made ?? [];
    expect([made.length, made[0], made[1], made.at(-1)]).to.deep.equal([
      ...[14, 'event_before', 'event_p2025_12', 'event_p2026_12'],
    ]);
    await execute(database(), [`INSERT INTO "event" VALUES (500, '1999-01-01')`]);
    expect(await countsIn(target())).to.deep.include({ event_before: 1, event_p2026_09: 2 });
  });

  it('A default partition is left as it is', async () => {
    await execute(database(), [...DIVIDED, EVENT_DEFAULT, `INSERT INTO "event" VALUES (600, '2190-01-01')`]);
    expect((await split())?.refused).to.deep.equal([]);
    expect(await countsIn(target())).to.deep.include({ event_before: 10, event_default: 1 });
  });

  for (const [title, statement, words] of [
    [
      'an index of its own',
      'CREATE INDEX "ix_own" ON "event_before" ("note")',
      'event_before has what event does not have: index ix_own. The move would lose it. Nothing was changed in event. Drop it, or create it for event.',
    ],
    [
      'a foreign key that refers to the table',
      'CREATE TABLE "remark" ("event" bigint, "at" timestamptz, FOREIGN KEY ("event", "at") REFERENCES "event")',
      'A foreign key refers to event, so the rows of event_before cannot be moved. Nothing was changed in event. Drop the foreign key first.',
    ],
    [
      'a first row of the year 1800',
      `INSERT INTO "event" VALUES (1, '1800-01-01')`,
      'event_before would become more than 1000 partitions. Nothing was changed in event. Specify a longer every, or a shorter keep, in the entity.',
    ],
  ] as const)
    it(`With ${title} it is refused, and nothing is changed`, async () => {
      await execute(database(), [...DIVIDED, statement]);
      const before = await parts();
      expect((await split(FOREVER))?.refused.map(({ message }) => message)).to.deep.equal([words]);
      expect(await parts()).to.deep.equal(before);
    });

  it('All partitions become one, which has the rows of all, and those of a default partition too', async () => {
    await execute(database(), [...DIVIDED, EVENT_DEFAULT, `INSERT INTO "event" VALUES (600, '2190-01-01')`]);
    const before = await ids();
    const report = await mergePartitions(await connect(), 'event');
    expect(report).to.deep.equal({
      status: 'kept',
      tables: [{ table: 'event', made: ['event_before'], dropped: [], detached: [], moved: 16, refused: [] }],
      expired: [],
    });
    expect(await ids()).to.deep.equal(before);
    expect(await countsIn(target())).to.deep.equal({ event_before: 16 });
    expect(await parts()).to.deep.equal(['event_before MINVALUE MAXVALUE', 'event_default DEFAULT']);
    expect(await leftIn(target())).to.deep.equal([]);
    expect((await mergePartitions(await connect(), 'event')).tables[0]).to.deep.include({
      made: [],
      moved: 0,
    });
  });

  it('Without a first partition or a default one, the one that they become ends where the last one did', async () => {
    await execute(database(), [EVENT_TABLE, eventMonth('2027-01'), eventMonth('2027-02', 'february')]);
    await execute(database(), [`INSERT INTO "event" VALUES (1, '2027-01-05'), (2, '2027-02-05')`]);
    expect((await mergePartitions(await connect(), 'event')).tables[0]?.made).to.deep.equal(['event_before']);
    expect(await parts()).to.deep.equal(['event_before MINVALUE 2027-03-01']);
  });

  it('A partition whose rows are in partitions of its own is refused: its rows are not moved', async () => {
    await execute(database(), [
      EVENT_TABLE,
      `CREATE TABLE "deep" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('2027-01-01') PARTITION BY RANGE ("at")`,
      `CREATE TABLE "deeper" PARTITION OF "deep" FOR VALUES FROM (MINVALUE) TO (MAXVALUE)`,
      eventMonth('2027-01'),
      `INSERT INTO "event" VALUES (1, '2026-01-05')`,
    ]);
    const { status, tables } = await mergePartitions(await connect(), 'event');
    expect([status, tables[0]?.refused.map(({ message }) => message)]).to.deep.equal([
      'incomplete',
      [
        'deep is partitioned itself, or is a foreign table. Its rows cannot be moved. Nothing was changed in event. Move them by hand.',
      ],
    ]);
    expect(await countsIn(target())).to.deep.equal({ deeper: 1 });
  });

  it('A table that no entity has, and one that is not partitioned, are refused', async () => {
    await execute(database(), ['CREATE TABLE "event" ("id" bigint, "at" timestamptz)']);
    const words = async (table: string) => {
      const error: unknown = await mergePartitions(await connect(), table).catch((reason: unknown) => reason);
      return [error instanceof UsageError, (error as Error).message];
    };
    expect(await words('job')).to.deep.equal([
      true,
      'partitions merge: no entity has a table "job" that can be partitioned',
    ]);
    expect(await words('event')).to.deep.equal([
      true,
      'partitions merge: event is not partitioned by time in this database',
    ]);
  });
});
