import { expect } from 'chai';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { PartitionChangeError } from '../../../../src/errors/entities.js';
import { lint } from '../../../../src/lint/lint.js';
import { mergePartitions } from '../../../../src/partitions/merge-partitions.js';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import {
  catalogOf,
  EVENTS,
  events,
  lendBecoming,
  MONTHLY,
  undivided,
  WHERE,
} from '../../../support/becoming-parted.js';
import { execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { runOffline } from '../../../support/offline-run.js';
import { revertedTo } from '../../../support/parted-history.js';
import { IN_SYNC } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const RESTED: PartitionOptions = { ...MONTHLY, default: true } as PartitionOptions;
const ROWS = 'SELECT id, at, kind, worker_id FROM event ORDER BY id';
/** As many rows in each of the four partitions that a new table has. */
const filled = (count: number) =>
  `INSERT INTO event (at, kind) SELECT date_trunc('month', timezone('UTC', now())) AT TIME ZONE 'UTC' + n % 4 * interval '1 month' + interval '1 day', 'k' || n % 5 FROM generate_series(1, ${count}) AS n`;
/** A trigger that would see each row that is moved. */
const SEEING = [
  'CREATE TABLE seen (id integer)',
  'CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (coalesce(NEW.id, OLD.id)); RETURN NULL; END $$',
  'CREATE TRIGGER looked AFTER INSERT OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION look()',
];

onDatabase('postgres', 'A partitioned table becomes plain (PostgreSQL)', (database) => {
  /** A table that was partitioned from the start, and the length of its history. */
  const lendParted = (
    use: (history: History, length: number) => Promise<void>,
    options: PartitionOptions = MONTHLY,
  ) =>
    History.lend('postgres', async (history) => {
      await history.generate(events(options));
      await history.checked(database(), events(options));
      await use(history, history.length);
    });

  for (const [title, options] of Object.entries({
    'without a default partition': MONTHLY,
    'with one': RESTED,
  }))
    it(`Its rows are in one table, and down gives them the same partitions again, ${title}`, () =>
      lendParted(async (history, length) => {
        await execute(database(), [...SEEING, filled(400), 'DELETE FROM seen']);
        const [catalog, rows, where] = [
          await catalogOf({ history } as never, database()),
          await rowsOf(database(), ROWS),
          await rowsOf(database(), WHERE),
        ];
        const report = await history.generate(events(undefined));
        expect(report.warnings).to.deep.equal([]);
        expect(report.revisions[0]?.postgres.up.join('\n')).to.match(/DO \$unite\$/);
        const found = await history.checked(database(), events(undefined));
        expect([found.status, found.changes]).to.deep.equal(['in-sync', []]);
        expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
        expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event', count: 400 }]);
        expect((await history.generate(events(undefined))).revisions).to.deep.equal([]);
        await revertedTo(history, { database: database(), length }, events(options));
        expect(await catalogOf({ history } as never, database())).to.deep.equal(catalog);
        expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
        expect(await rowsOf(database(), WHERE)).to.deep.equal(where);
        expect(await rowsOf(database(), 'SELECT FROM seen')).to.deep.equal([]);
      }, options));

  it('The primary key loses the partition key in the same group, and lint finds nothing', () =>
    lendParted(async (history) => {
      await execute(database(), [filled(40)]);
      await history.generate(events(undefined));
      await history.use(database(), events(undefined), async ({ migrations }) => {
        const { findings } = await lint(migrations);
        expect(findings.filter(({ rule }) => !['integer-key', 'serial-key'].includes(rule))).to.deep.equal(
          [],
        );
      });
      await history.checked(database(), events(undefined));
      const key = `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conrelid = 'event'::regclass AND contype = 'p'`;
      expect(await rowsOf(database(), key)).to.deep.equal([{ key: 'PRIMARY KEY (id)' }]);
      await history.reverted(database());
    }));

  it('More rows than one transaction may move are refused, and partitions merge moves them in batches first', () =>
    lendParted(async (history) => {
      await execute(database(), [filled(15_000)]);
      const rows = await rowsOf(database(), ROWS);
      await history.generate(events(undefined));
      const error: unknown = await history
        .checked(database(), events(undefined))
        .catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(
        /public\.event has more than 10000 rows outside public\.event_p\d{4}_\d\d, which becomes the plain table\. Every query would wait while they are copied\. Copy them in batches first: npm run -s db -- partitions merge public\.event\. Then run this again\./,
      );
      await history.use(database(), events(undefined), async (dataSource) => {
        const { tables } = await mergePartitions(dataSource, 'public.event');
        expect(tables[0]).to.deep.include({ made: ['event_before'], moved: 15_000, refused: [] });
      });
      expect(await history.checked(database(), events(undefined))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
    }));

  it('A large table and one with old rows keep a first partition when that is reverted', () =>
    lendParted(async (history, length) => {
      await history.generate(events(undefined));
      await history.checked(database(), events(undefined));
      await execute(database(), EVENTS);
      const rows = await rowsOf(database(), ROWS);
      expect(await revertedTo(history, { database: database(), length }, events(MONTHLY))).to.deep.equal(
        IN_SYNC,
      );
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
      const parts = await rowsOf(database(), WHERE);
      expect(parts[0]?.['part']).to.equal('event_before');
      expect(parts.length).to.be.greaterThan(1);
      await history.checked(database(), events(undefined));
      await execute(database(), [
        `INSERT INTO event (at) SELECT now() - n * interval '1 minute' FROM generate_series(1, 10000) AS n`,
      ]);
      expect(await revertedTo(history, { database: database(), length }, events(MONTHLY))).to.deep.equal(
        IN_SYNC,
      );
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 10_908 }]);
      await history.reverted(database());
    }));

  it('What refers to it is refused by name', () =>
    lendParted(async (history) => {
      history.byHand(['CREATE VIEW kinds AS SELECT kind FROM event']);
      const error: unknown = await history.generate(events(undefined)).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(PartitionChangeError);
      expect((error as Error).message).to.equal(
        'Nothing was written: Table event: partitioning is RANGE (at), the entities declare none. These refer to the table as it is, and would not refer to the new one: the view public.kinds. Drop them in an earlier revision, or undo the change in the entity.',
      );
    }));

  it('Between two releases it is plain before all other changes', () =>
    lendParted(async (history, length) => {
      history.isPhased = true;
      const after: readonly EntitySchema[] = events(undefined, {
        checks: [{ name: 'ck_event_kind', expression: `"kind" <> 'none'` }],
      });
      const report = await history.generate(after, { phases: true });
      expect(report.revisions[0]?.phase).to.equal('expand');
      expect(statementsIn(report, 'postgres')).to.match(/DO \$unite\$/);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      await revertedTo(history, { database: database(), length }, events(MONTHLY));
    }));

  it('An offline script does the same with psql, up and down', () =>
    lendParted(async (history, length) => {
      await execute(database(), [filled(40)]);
      await history.generate(events(undefined));
      const contents = await history.use(database(), [], ({ migrations }) =>
        Promise.resolve({
          entities: [],
          migrations: migrations.map((one) => one.constructor as new () => MigrationInterface),
        }),
      );
      const from = contents.migrations[length - 1]?.name ?? 'base';
      const where = await rowsOf(database(), WHERE);
      await runOffline(database(), contents, { direction: 'up', target: `${from}..head` });
      expect(await history.checked(database(), events(undefined))).to.deep.equal(IN_SYNC);
      await runOffline(database(), contents, { direction: 'down', target: `head..${from}` });
      expect(await rowsOf(database(), WHERE)).to.deep.equal(where);
    }));

  it('A table that became partitioned becomes plain again, after the first partition was divided too', () =>
    lendBecoming(database(), async (becoming) => {
      const { history } = becoming;
      await history.checked(database(), events(MONTHLY));
      await history.generate(events(undefined));
      const rows = await rowsOf(database(), ROWS);
      expect(await history.checked(database(), events(undefined))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
      await undivided(becoming, database());
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
    }));

  it('Down of a table that became partitioned names what moves many later rows in batches, and goes on after that', () =>
    lendBecoming(database(), async (becoming) => {
      const { history } = becoming;
      await history.checked(database(), events(MONTHLY));
      await execute(database(), [
        `INSERT INTO event (at) SELECT date_trunc('month', now()) + interval '3 months' + n * interval '1 second' FROM generate_series(1, 10001) AS n`,
      ]);
      const rows = await rowsOf(database(), ROWS);
      const error: unknown = await undivided(becoming, database()).catch((reason: unknown) => reason);
      expect((error as Error).message).to.contain(
        'public.event has more than 10000 rows outside public.event_before, which becomes the plain table. Every query would wait while they are copied. Copy them in batches first: npm run -s db -- partitions merge public.event. Then run this again.',
      );
      await history.use(database(), events(MONTHLY), (dataSource) => mergePartitions(dataSource, 'event'));
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 10_909 }]);
      await undivided(becoming, database());
      expect(await rowsOf(database(), ROWS)).to.deep.equal(rows);
    }));
});
