import { expect } from 'chai';
import { EntityTableError } from '../../../src/errors/entities.js';
import { onDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { History } from './history.js';

onDatabase('sqlite', 'Virtual tables of SQLite', (database) => {
  const VIRTUAL = ['CREATE VIRTUAL TABLE "found" USING fts5("body")'];
  const note = (type: 'varchar' | 'text') => [entity('note', { body: { type } })];

  it('A virtual table is one line of the report, and stays when a table is rebuilt', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(note('varchar'));
      history.byHand(VIRTUAL, ['DROP TABLE "found"']);
      const { warnings } = await history.generate(note('text'), { allowRewrite: true });
      expect(warnings).to.deep.equal([
        'found: no entity declares this virtual table, so it stays unchanged. To drop it, write a revision by hand',
      ]);
      const { unmanaged } = await history.checked(database(), note('text'));
      expect(unmanaged).to.deep.equal(['table found']);
      await history.reverted(database());
    }));

  it('No revision that drops a virtual table is generated', () =>
    History.lend('sqlite', async (history) => {
      history.byHand(VIRTUAL);
      await expectFailure(
        history.generate(note('text'), { drops: ['found'] }),
        EntityTableError,
        'Nothing was written: found is a virtual table. Table found is in the database, but no entity declares it: 1 columns. A generated revision cannot create it again on the way down: write the revision by hand (npm run -s db -- create Name).',
      );
    }));
});
