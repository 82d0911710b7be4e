import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { EVENTS, events, MONTHLY, WHERE } from '../../../support/becoming-parted.js';
import { dumpOf, execute, rowsOf } from '../../../support/cli-database.js';
import { onDatabase } from '../../../support/databases.js';
import { treeOf } from '../../../support/parted-history.js';
import { IN_SYNC } from '../../drift/no-false-alarm-database.js';
import { History } from '../history.js';

onDatabase('postgres', 'A plain table becomes partitioned (PostgreSQL)', (database) => {
  it('Its rows are the first partition, and down makes it plain again', () =>
    History.lend('postgres', async (history) => {
      await history.generate(events(undefined));
      await history.checked(database(), events(undefined));
      await execute(database(), EVENTS);
      const before = await dumpOf(database());
      const { length } = history;
      const report = await history.generate(events(MONTHLY));
      expect(report.warnings).to.deep.equal([]);
      expect(await history.checked(database(), events(MONTHLY))).to.deep.equal(IN_SYNC);
      expect(await rowsOf(database(), WHERE)).to.deep.equal([{ part: 'event_before', count: 908 }]);
      for (const index of ['pk_event', 'ix_event_kind'])
        expect((await rowsOf(database(), treeOf(index)))[0]).to.include({ valid: true });
      expect((await history.generate(events(MONTHLY))).revisions).to.deep.equal([]);
      await history.use(database(), events(undefined), async (dataSource) => {
        const target = dataSource.migrations[length - 1]?.constructor.name ?? 'base';
        await migrateDown(dataSource, { target });
      });
      const { migrations, migrations_log, ...after } = await dumpOf(database());
      expect(after).to.deep.include({ event: before['event'], worker: before['worker'], schema: before['schema'] });
      await history.checked(database(), events(MONTHLY));
      await history.reverted(database());
    }));
});
void migrateUp;
