import { expect } from 'chai';
import { onDatabase } from '../support/databases.js';
import { ACCOUNT, indexesOf, MANNERS, NEXT_ID, withIndexes } from '../support/live-indexes.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';

onDatabase(
  'sqlite',
  'An offline script that rebuilds a table with indexes of the live database',
  (database) => {
    const options = { direction: 'up', target: 'Account1800000000051..head' } as const;

    for (const title of ['a new table takes the name', 'the old table is put away first'])
      it(`An offline script that rebuilds a table with indexes of the live database stops unharmed where ${title}`, async () => {
        const next = revision(NEXT_ID, MANNERS[title] ?? [], []);
        const dataSource = await withIndexes(database(), next);
        const before = await indexesOf(dataSource);
        const script = await scriptFor(database(), { entities: [], migrations: [ACCOUNT, next] }, options);
        expect(await stoppedScript(database(), script)).to.contain(
          `${NEXT_ID} rebuilds a table that has triggers or indexes which a script cannot create again: drop them first or migrate online`,
        );
        expect(await indexesOf(dataSource)).to.deep.equal(before);
      });

    it('An offline script that rebuilds a table with indexes of the live database runs where the revision drops them by name, or creates them', async () => {
      const indexes = [
        'CREATE INDEX "ix_gone" ON "ac" ("name")',
        'CREATE INDEX "ix_stays" ON "ac" ("email")',
      ];
      const rebuild = MANNERS['a new table takes the name'] ?? [];
      const next = revision(NEXT_ID, ['DROP INDEX "ix_gone"', ...rebuild, ...indexes.slice(1)], []);
      const dataSource = await withIndexes(database(), next, indexes);
      await dataSource.destroy();
      await runOffline(database(), { entities: [], migrations: [ACCOUNT, next] }, options);
      const after = await database().connect({ entities: [], migrations: [] });
      expect(await indexesOf(after)).to.deep.equal(indexes.slice(1));
    });
  },
);
