import { expect } from 'chai';
import { keepPartitionsAt } from '../../../../src/partitions/keep-partitions.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
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
import { dumpOf, execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { treeOf } from '../../../support/parted-history.js';
import { IN_SYNC } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

const KEPT = { ...MONTHLY, keep: '90 days' } as const;
const RESTED: PartitionOptions = { ...MONTHLY, default: true } as PartitionOptions;
/** A row for the month after the coming three, which is behind the bound. */
const LATER = `INSERT INTO event (at, kind) VALUES (date_trunc('month', now()) + interval '3 months', 'later') RETURNING id`;

onDatabase('postgres', 'A plain table becomes partitioned (PostgreSQL)', (database) => {
  it('Its rows are the first partition, and down makes it plain again', () =>
    lendBecoming(database(), async (becoming) => {
      const { history, report } = becoming;
      const before = await dumpOf(database());
      expect(report.warnings).to.deep.equal([]);
      expect(report.revisions.map(({ id }) => id.replace(/\d+$/, '')).slice(-3)).to.deep.equal([
        'ChangeBoundEvent',
        'ChangeValidateEvent',
        'ChangePartitionEvent',
      ]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
      for (const index of ['pk_event', 'ix_event_kind'])
        expect((await rowsOf(database(), treeOf(index)))[0]).to.include({ valid: true });
      expect((await history.generate(events(MONTHLY))).revisions).to.deep.equal([]);
      await undivided(becoming, database());
      const after = await dumpOf(database());
      for (const table of ['event', 'worker', 'schema'])
        expect(after[table], table).to.deep.equal(before[table]);
      await history.checked(database(), events(MONTHLY));
      await history.reverted(database());
    }));

  it('New rows go to the next partitions, numbers go on, and down brings the rows back', () =>
    lendBecoming(database(), async (becoming) => {
      const { history } = becoming;
      await history.checked(database(), events(MONTHLY));
      expect(await rowsOf(database(), LATER)).to.deep.equal([{ id: 909 }]);
      await execute(database(), [`INSERT INTO event (kind, worker_id) VALUES ('now', 2)`]);
      const [first, last] = await rowsOf(database(), WHERE);
      expect(first).to.deep.equal({ part: 'event_before', count: 909 });
      expect(last?.['part']).to.match(/^event_p20\d\d_\d\d$/);
      const rows = 'SELECT id, at, kind, worker_id FROM event ORDER BY id';
      const before = await rowsOf(database(), rows);
      await undivided(becoming, database());
      expect(await rowsOf(database(), rows)).to.deep.equal(before);
      expect(await rowsOf(database(), LATER)).to.deep.equal([{ id: 911 }]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      await history.reverted(database());
    }));

  it('A part of it can be reverted and run again at any revision', () =>
    lendBecoming(database(), async ({ history, before }) => {
      for (let length = before; length <= history.length; length += 1) {
        await history.use({ ...database(), length }, events(MONTHLY), (dataSource) => migrateUp(dataSource));
        expect(await rowsOf(database(), 'SELECT count(*)::integer AS count FROM event')).to.deep.equal([
          { count: 908 },
        ]);
      }
      await history.reverted(database());
    }));

  it('An empty table has the same partitions when it is divided again', () =>
    lendBecoming(
      database(),
      async (becoming) => {
        const { history } = becoming;
        await history.checked(database(), events(MONTHLY));
        const before = await catalogOf(becoming, database());
        await history.use(database(), events(MONTHLY), (dataSource) => migrateDown(dataSource));
        expect(await catalogOf(becoming, database())).not.to.deep.equal(before);
        await history.checked(database(), events(MONTHLY));
        expect(await catalogOf(becoming, database())).to.deep.equal(before);
        await history.reverted(database());
      },
      { rows: [] },
    ));

  it('The first partition is dropped as a whole when all of it is old, and down goes without it', () =>
    lendBecoming(
      database(),
      async (becoming) => {
        const { history } = becoming;
        await history.checked(database(), events(KEPT));
        const [later] = await rowsOf(database(), LATER);
        const keep = (clock: string) =>
          history.use(database(), events(KEPT), (dataSource) => keepPartitionsAt(dataSource, {}, clock));
        const early = await keep(`now() + interval '80 days'`);
        expect(early.tables.flatMap(({ dropped }) => dropped)).to.deep.equal([]);
        const late = await keep(`now() + interval '180 days'`);
        expect(late.tables.flatMap(({ dropped }) => dropped)[0]).to.equal('event_before');
        expect(await rowsOf(database(), 'SELECT id FROM event')).to.deep.equal([later]);
        await undivided(becoming, database());
        expect(await rowsOf(database(), 'SELECT id FROM event')).to.deep.equal([later]);
        expect(await history.checked(database(), events(KEPT))).to.deep.equal(IN_SYNC);
        await history.reverted(database());
      },
      { options: KEPT },
    ));

  it('With a default partition it gets one, and a further index comes on each partition', () =>
    lendBecoming(
      database(),
      async ({ history }) => {
        const options = RESTED;
        expect(await history.checked(database(), events(options))).to.deep.equal(IN_SYNC);
        await execute(database(), [`INSERT INTO event (at) VALUES ('9999-01-01')`]);
        expect((await rowsOf(database(), WHERE)).map(({ part }) => part)).to.include('event_default');
        const indexed = events(options, {
          indices: [
            { name: 'ix_event_kind', columns: ['kind'] },
            { name: 'ix_event_worker', columns: ['workerId'] },
          ],
        });
        const report = await history.generate(indexed);
        expect(report.warnings).to.deep.equal([]);
        expect(statementsIn(report, 'postgres')).to.contain('ON ONLY "event"');
        expect(await history.checked(database(), indexed)).to.deep.equal(IN_SYNC);
        await history.reverted(database());
      },
      { options: RESTED },
    ));

  it('Between two releases it is divided in contract where the change has one', () =>
    History.lend('postgres', async (history) => {
      await history.generate(events(undefined));
      await history.checked(database(), events(undefined));
      await execute(database(), EVENTS);
      history.isPhased = true;
      const after = events(MONTHLY, { checks: [{ name: 'ck_event_kind', expression: `"kind" <> 'none'` }] });
      const report = await history.generate(after, { phases: true });
      const phases = report.revisions.map(({ id, phase }) => [id.replace(/\d+$/, ''), phase]);
      expect(phases.slice(-3)).to.deep.equal([
        ['ChangeBoundEvent', 'contract'],
        ['ChangeValidateEvent', 'contract'],
        ['ChangePartitionEvent', 'contract'],
      ]);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
      await history.reverted(database());
    }));
});
