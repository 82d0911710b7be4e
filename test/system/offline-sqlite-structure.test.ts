import { expect } from 'chai';
import { onDatabase } from '../support/databases.js';
import {
  ACCOUNT,
  BY_HAND,
  GENERATED,
  HARMLESS,
  LOST,
  Opaque1800000000070,
  tableOf,
  withTable,
} from '../support/live-structure.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';

const WAYS = { 'a generated revision': GENERATED, 'one by hand without a way back': BY_HAND };

onDatabase(
  'sqlite',
  'An offline script that rebuilds a table which is not as the revisions have made it',
  (database) => {
    const options = { direction: 'up', target: 'Account1800000000071..head' } as const;

    for (const [way, next] of Object.entries(WAYS)) {
      const contents = { entities: [], migrations: [Opaque1800000000070, ACCOUNT, next] };

      for (const [title, [create, , lost]] of Object.entries(LOST))
        it(`An offline script that rebuilds a table which is not as the revisions have made it stops unharmed where it would lose ${title}, by ${way}`, async () => {
          const dataSource = await withTable(database(), [create], next);
          const before = await tableOf(dataSource);
          const script = await scriptFor(database(), contents, options);
          expect(await stoppedScript(database(), script)).to.include(
            `Next1800000000072 rebuilds ac and would lose ${lost} that the revision does not contain. `,
          );
          expect(await tableOf(dataSource)).to.deep.equal(before);
        });

      for (const [title, create] of Object.entries(HARMLESS))
        it(`An offline script that rebuilds a table which is not as the revisions have made it runs on a table ${title}, by ${way}`, async () => {
          const dataSource = await withTable(database(), create, next);
          await dataSource.destroy();
          await runOffline(database(), contents, options);
        });
    }

    it('An offline script that rebuilds a table which is not as the revisions have made it asks nothing of a table that it has created itself', async () => {
      const script = await scriptFor(
        database(),
        { entities: [], migrations: [ACCOUNT, GENERATED] },
        { direction: 'up' },
      );
      expect(script).not.to.include('would lose');
    });
  },
);
