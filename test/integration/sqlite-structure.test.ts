import { expect } from 'chai';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { StructureNotKeptError } from '../../src/errors/rebuild.js';
import { onDatabase } from '../support/databases.js';
import { BY_HAND, GENERATED, HARMLESS, LOST, tableOf, withTable } from '../support/live-structure.js';

const WAYS = { 'a generated revision': GENERATED, 'one by hand without a way back': BY_HAND };

onDatabase('sqlite', 'A rebuild of a table that is not as the revisions have made it', (database) => {
  for (const [way, next] of Object.entries(WAYS)) {
    for (const [title, [create, lost]] of Object.entries(LOST))
      it(`refuses to lose ${title} of the live table by ${way}`, async () => {
        const dataSource = await withTable(database(), [create], next);
        const before = await tableOf(dataSource);
        const outcome: unknown = await dataSource.runMigrations().catch((error: unknown) => error);
        expect(outcome).to.be.instanceOf(RevisionFailedError);
        const { cause } = outcome as RevisionFailedError;
        expect(cause).to.be.instanceOf(StructureNotKeptError);
        expect((cause as StructureNotKeptError).message).to.include(
          `rebuilds the table "ac" and would lose ${lost}. `,
        );
        expect(await tableOf(dataSource)).to.deep.equal(before);
      });

    for (const [title, create] of Object.entries(HARMLESS))
      it(`rebuilds a table ${title}, by ${way}`, async () => {
        const dataSource = await withTable(database(), create, next);
        await dataSource.runMigrations();
        const rows = await dataSource.query<{ email: string }[]>('SELECT "email" FROM "ac"');
        expect(rows).to.deep.equal([{ email: 'Ada@example.org' }]);
      });
  }
});
