import { expect } from 'chai';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';
import { BEFORE, FOUND, LATER, RECORDS, SETTINGS, settingWorld } from '../support/setting-world.js';

/** What hides the list of revisions or its log behind another table. */
const HIDING: Readonly<Record<string, readonly string[]>> = {
  'a temporary table': ['CREATE TEMPORARY TABLE migrations AS SELECT * FROM public.migrations'],
  'a temporary table of the log': [
    'CREATE TEMPORARY TABLE migrations_attempt AS SELECT * FROM public.migrations_attempt',
  ],
  'a table in an earlier schema': [
    'CREATE SCHEMA ahead',
    'CREATE TABLE ahead.migrations (LIKE public.migrations INCLUDING ALL)',
  ],
};

onDatabase('postgres', 'What a revision of an offline script sets in its session', (database) => {
  const { listed, row } = settingWorld(database);

  for (const [title, statements] of Object.entries(SETTINGS))
    for (const transaction of statements.length > 1 || title.includes('LOCAL') ? [true] : [true, false])
      it(`What a revision of an offline script sets in its session ends with it: ${title}, ${transaction ? 'in' : 'outside'} a transaction`, async () => {
        const contents = { entities: [], migrations: [BEFORE, listed(statements, transaction), LATER] };
        await runOffline(database(), contents, { direction: 'up' });
        const found = { docs: [row()], elsewhere: 0, records: RECORDS, hidden: 0 };
        expect(await rowsOf(database(), FOUND)).to.deep.equal([found]);
        await runOffline(database(), contents, { direction: 'down', target: 'base' });
        expect(await rowsOf(database(), FOUND)).to.deep.equal([
          { ...found, docs: [row(), row()], records: null },
        ]);
      });

  for (const [title, statements] of Object.entries(HIDING))
    it(`What a revision of an offline script sets in its session stops where it hides the records behind ${title}`, async () => {
      const hiding = revision('HidesRecords1800000000432', statements, []);
      const script = await scriptFor(
        database(),
        { entities: [], migrations: [BEFORE, hiding, LATER] },
        { direction: 'up' },
      );
      const path = 'SET search_path = ahead, public;';
      expect(await stoppedScript(database(), `${path}\n${script}`)).to.match(
        /HidesRecords1800000000432 was not applied: it has created a table that hides migrations or its log\. Give that table another name or schema\./,
      );
      expect(await rowsOf(database(), FOUND)).to.deep.equal([
        { docs: null, elsewhere: 0, records: ['MakeDocs1800000000431'], hidden: 0 },
      ]);
    });
});
