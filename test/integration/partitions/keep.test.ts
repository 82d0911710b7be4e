import { expect } from 'chai';
import type { GuardedDataSource } from '../../../src/data-source.js';
import { keepPartitionsAt, type KeepOptions } from '../../../src/partitions/keep-partitions.js';
import type { PartitionOptions } from '../../../src/partitioned.js';
import { execute, onRawConnection, rowsOf } from '../../support/cli-database.js';
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
import { until } from '../../support/until.js';

const at = (moment: string) => `'${moment}'::timestamptz`;
const NOVEMBER = at('2026-11-30 12:00+00');
const WITH_DEFAULT = { ...MONTHLY, default: true } as PartitionOptions;

onDatabase('postgres', 'Keeping partitions', (database) => {
  const prepared = async (statements: readonly string[], options: PartitionOptions = MONTHLY) => {
    await execute(database(), [EVENT_TABLE, ...statements]);
    return database().connect({ entities: [keptEvent(options)], migrations: [] });
  };
  const keep = (dataSource: GuardedDataSource, clock = NOVEMBER, options: KeepOptions = {}) =>
    keepPartitionsAt(dataSource, options, clock);
  const parts = async () => (await rowsOf(database(), EVENT_PARTS)).map(({ part }) => partWords(part));
  const names = async () => (await parts()).map((part) => part.split(' ')[0]);
  const rows = async () =>
    (
      await rowsOf(database(), 'SELECT "id", tableoid::regclass::text AS part FROM "event" ORDER BY "id"')
    ).map(({ id, part }) => `${String(id)} ${String(part)}`);
  const insert = (...values: readonly (readonly [number, string])[]) =>
    `INSERT INTO "event" VALUES ${values.map(([id, moment]) => `(${id}, '${moment}')`).join(', ')}`;

  it('The present partition and those ahead are made, and a second time there is nothing to do', async () => {
    const dataSource = await prepared([]);
    expect(await keep(dataSource)).to.deep.equal({
      status: 'kept',
      tables: [
        {
          table: 'event',
          made: ['event_p2026_11', 'event_p2026_12', 'event_p2027_01'],
          dropped: [],
          detached: [],
          moved: 0,
          refused: [],
        },
      ],
    });
    expect(await parts()).to.deep.equal([
      'event_p2026_11 2026-11-01 2026-12-01',
      'event_p2026_12 2026-12-01 2027-01-01',
      'event_p2027_01 2027-01-01 2027-02-01',
    ]);
    const [again] = (await keep(dataSource)).tables;
    expect(again?.made).to.deep.equal([]);
  });

  it('A partition is dropped once its last row is older than is kept, and its name does not matter', async () => {
    const dataSource = await prepared([
      eventMonth('2026-07', 'july'),
      eventMonth('2026-08', 'event_p2030_01'),
      eventMonth('2026-09'),
      insert([1, '2026-07-31'], [2, '2026-08-31'], [3, '2026-09-01']),
    ]);
    // 90 days before are 1 September at noon, and then at midnight.
    const [early] = (await keep(dataSource, at('2026-11-29 23:59:59+00'))).tables;
    expect(early?.dropped).to.deep.equal(['july']);
    const [table] = (await keep(dataSource, at('2026-11-30 00:00:00+00'))).tables;
    expect(table?.dropped).to.deep.equal(['event_p2030_01']);
    expect(await rows()).to.deep.equal(['3 event_p2026_09']);
  });

  it('Without keep in the entity nothing is ever dropped', async () => {
    const forever: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 2 };
    const dataSource = await prepared([eventMonth('2001-01')], forever);
    const [table] = (await keep(dataSource)).tables;
    expect(table?.dropped).to.deep.equal([]);
    expect(await names()).to.include('event_p2001_01');
  });

  it('A partition whose rows a foreign key needs is named and stays, and the others go', async () => {
    const dataSource = await prepared([
      eventMonth('2026-01'),
      eventMonth('2026-02'),
      insert([1, '2026-01-05'], [2, '2026-02-05']),
      'CREATE TABLE "note" ("event" bigint, "at" timestamptz, FOREIGN KEY ("event", "at") REFERENCES "event" ON DELETE CASCADE)',
      `INSERT INTO "note" VALUES (1, '2026-01-05')`,
    ]);
    const report = await keep(dataSource);
    const [table] = report.tables;
    expect(report.status).to.equal('incomplete');
    expect(table?.dropped).to.deep.equal(['event_p2026_02']);
    expect(table?.refused.map(({ object, reason }) => [object, reason])).to.deep.equal([
      ['event_p2026_01', 'referenced'],
    ]);
    expect(table?.refused[0]?.message).to.match(
      /^event_p2026_01: removing partition "event_p2026_01" violates foreign key constraint .*\. It was left as it is\. Delete the rows that refer to it first\.$/,
    );
    expect(await rows()).to.deep.equal(['1 event_p2026_01']);
  });

  it('With detach, what is old stays as a table, without a default partition and beside one', async () => {
    for (const rest of [[], [EVENT_DEFAULT]]) {
      const dataSource = await prepared([...rest, eventMonth('2026-01'), insert([1, '2026-01-05'])]);
      const [table] = (await keep(dataSource, NOVEMBER, { detach: true })).tables;
      expect(table?.detached).to.deep.equal(['event_p2026_01']);
      expect(await rows()).to.deep.equal([]);
      expect(await rowsOf(database(), 'SELECT "id" FROM "event_p2026_01"')).to.deep.equal([{ id: '1' }]);
      await execute(database(), ['DROP TABLE "event", "event_p2026_01"']);
    }
  });

  for (const detach of [true, false])
    it(`Detaching that was interrupted is completed, ${detach ? 'with' : 'without'} detach`, async () => {
      const dataSource = await prepared([eventMonth('2026-01'), insert([1, '2026-01-05'])]);
      await onRawConnection(database(), async (reader) => {
        await reader('BEGIN');
        await reader('SELECT FROM "event"');
        const waiting = execute(database(), [
          `SET statement_timeout = 500`,
          'ALTER TABLE "event" DETACH PARTITION "event_p2026_01" CONCURRENTLY',
        ]).catch((error: unknown) => String(error));
        expect(await waiting).to.contain('statement timeout');
        await reader('COMMIT');
      });
      const pending = 'SELECT inhdetachpending AS is FROM pg_inherits WHERE inhdetachpending';
      expect((await rowsOf(database(), pending)).length).to.equal(1);
      const [table] = (await keep(dataSource, NOVEMBER, { detach })).tables;
      expect([table?.detached, table?.dropped]).to.deep.equal(
        detach ? [['event_p2026_01'], []] : [[], ['event_p2026_01']],
      );
      const left = `SELECT FROM pg_class WHERE relname = 'event_p2026_01' AND NOT relispartition`;
      expect((await rowsOf(database(), left)).length).to.equal(detach ? 1 : 0);
    });

  it('A partition that overlaps one made by hand is named, and nothing is changed', async () => {
    const dataSource = await prepared([
      `CREATE TABLE "mine" PARTITION OF "event" FOR VALUES FROM ('2026-12-10') TO ('2026-12-20')`,
      eventMonth('2026-01'),
    ]);
    const before = await parts();
    const report = await keep(dataSource);
    expect(report.status).to.equal('incomplete');
    expect(report.tables[0]?.refused).to.deep.equal([
      {
        object: 'event_p2026_12',
        reason: 'overlap',
        message:
          'event_p2026_12 (2026-12-01 to 2027-01-01) would overlap the partition mine (2026-12-10 to 2026-12-20). Nothing was changed in event. Detach mine, or create partitions by hand for the rest of that time.',
      },
    ]);
    expect(await parts()).to.deep.equal(before);
  });

  it('A longer partition made by hand takes the rows of the periods in it', async () => {
    const dataSource = await prepared([
      `CREATE TABLE "before" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('2027-01-01')`,
    ]);
    const [table] = (await keep(dataSource)).tables;
    expect(table?.made).to.deep.equal(['event_p2027_01']);
  });

  it('Rows of the default partition that belong into a new one are named with their number, and nothing is changed', async () => {
    const dataSource = await prepared(
      [
        EVENT_DEFAULT,
        eventMonth('2026-01'),
        insert([1, '2026-11-02'], [2, '2026-11-03'], [3, '2027-01-01'], [4, '2030-01-01']),
      ],
      WITH_DEFAULT,
    );
    const before = await parts();
    const [table] = (await keep(dataSource)).tables;
    expect(table?.refused.map(({ message }) => message)).to.deep.equal([
      'The default partition event_default has 2 rows that belong into event_p2026_11. Nothing was changed in event. To move them: npm run -s db -- partitions keep --move-default',
      'The default partition event_default has 1 row that belongs into event_p2027_01. Nothing was changed in event. To move them: npm run -s db -- partitions keep --move-default',
    ]);
    expect(await parts()).to.deep.equal(before);
  });

  it('With moveDefault they are moved, those of a month without a keeper too, and others stay', async () => {
    const dataSource = await prepared(
      [
        EVENT_DEFAULT,
        eventMonth('2026-08'),
        insert([1, '2026-08-31'], [2, '2026-09-01'], [3, '2026-10-31 23:59:59.999999+00']),
        insert([4, '2026-11-01'], [5, '2027-01-31'], [6, '2031-05-05'], [7, '2019-01-01']),
      ],
      WITH_DEFAULT,
    );
    const report = await keep(dataSource, NOVEMBER, { moveDefault: true });
    expect(report).to.deep.equal({
      status: 'kept',
      tables: [
        {
          table: 'event',
          made: [
            ...['event_p2019_01', 'event_p2026_09', 'event_p2026_10'],
            ...['event_p2026_11', 'event_p2027_01', 'event_p2026_12'],
          ],
          dropped: ['event_p2026_08'],
          detached: [],
          moved: 5,
          refused: [],
        },
      ],
    });
    expect(await rows()).to.deep.equal([
      '2 event_p2026_09',
      '3 event_p2026_10',
      '4 event_p2026_11',
      '5 event_p2027_01',
      '6 event_default',
      '7 event_p2019_01',
    ]);
    const [next] = (await keep(dataSource)).tables;
    expect(next?.dropped).to.deep.equal(['event_p2019_01']);
    const left = await rowsOf(
      database(),
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' AND relname ~ 'mov|new' UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT conname FROM pg_constraint WHERE conname = 'within_bounds'`,
    );
    expect(left).to.deep.equal([]);
  });

  it('A reader keeps no new partition back, and an old one goes when the reader has ended', async () => {
    const dataSource = await prepared([eventMonth('2026-01')]);
    await onRawConnection(database(), async (reader) => {
      await reader('BEGIN');
      await reader('SELECT FROM "event"');
      const kept = keep(dataSource);
      await until(async () => (await names()).includes('event_p2027_01'));
      // The wait for the lock is over then, and the next try is about to begin.
      const given = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DROP TABLE%'`;
      await until(async () => (await rowsOf(database(), given)).length > 0);
      await until(async () => (await rowsOf(database(), given)).length === 0);
      await reader('COMMIT');
      expect((await kept).tables[0]).to.deep.include({ dropped: ['event_p2026_01'], refused: [] });
    });
  }).timeout(30_000);

  it('A table that is not partitioned as its entity declares is named', async () => {
    await execute(database(), [
      'CREATE TABLE "event" ("id" bigint NOT NULL, "at" timestamptz NOT NULL, "note" text NOT NULL, PRIMARY KEY ("id", "at"))',
    ]);
    const dataSource = await database().connect({ entities: [keptEvent()], migrations: [] });
    const report = await keep(dataSource);
    expect(report.tables[0]?.refused[0]?.message).to.equal(
      'event is a plain table, and its entity declares RANGE (at). Nothing was changed in it. Run check: npm run -s db:check',
    );
  });

  it('A table whose name is taken is named, and the other partitions are made', async () => {
    const dataSource = await prepared(['CREATE TABLE "event_p2026_12" ("n" integer)']);
    const report = await keep(dataSource);
    expect(report.tables[0]?.made).to.deep.equal(['event_p2026_11', 'event_p2027_01']);
    expect(report.tables[0]?.refused.map(({ reason }) => reason)).to.deep.equal(['name-taken']);
  });
});
