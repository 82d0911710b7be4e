import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { reportLines } from '../../../src/drift/report.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { table, view, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer', nullable: true } });
const heavy = (option: string) => [ITEM, view('heavy', `SELECT "id" FROM "item" WHERE "id" > 5${option}`)];
const OPTIONS = `SELECT reloptions FROM pg_class WHERE relname = 'heavy'`;

onDatabase('postgres', 'Generating with WITH CHECK OPTION at the end of the text of a view', (database) => {
  const [none, local, cascaded] = [null, ['check_option=local'], ['check_option=cascaded']].map(
    (reloptions) => [{ reloptions }],
  );

  it('The option comes, changes and goes, in both directions, and the check notices another one', async () => {
    const world = await ViewWorld.make('postgres');
    try {
      const texts = ['', ' WITH LOCAL CHECK OPTION', ' WITH CHECK OPTION'];
      for (const text of texts) {
        const { revisions } = await world.generate(heavy(text));
        expect(revisions.length).to.equal(1);
      }
      expect(await world.missing(heavy(''))).to.deep.equal(['heavy: view, another text']);
      const names = world.migrations.map(({ name }) => name);
      await world.connected(database(), heavy(texts[1] ?? ''), async (dataSource) => {
        const found: unknown[] = [];
        for (const target of names) {
          await migrateUp(dataSource, { target });
          found.push(await dataSource.query(OPTIONS));
        }
        for (const target of names.toReversed().slice(1)) {
          await migrateDown(dataSource, { target });
          found.push(await dataSource.query(OPTIONS));
        }
        expect(found).to.deep.equal([none, local, cascaded, local, none]);
      });
    } finally {
      await world.remove();
    }
  });

  it('The check notices that the database has another option than the text', async () => {
    const world = await ViewWorld.make('postgres');
    try {
      const entities = heavy(' WITH LOCAL CHECK OPTION');
      await world.generate(entities);
      await world.connected(database(), entities, async (dataSource) => {
        await migrateUp(dataSource);
        const snapshot = `${world.folder}/snapshot.json`;
        const lines = async () => reportLines(await checkDrift(dataSource, { snapshot }), true);
        expect(await lines()).to.deep.equal(['in sync (1 table)']);
        await dataSource.query('ALTER VIEW heavy RESET (check_option)');
        expect((await lines()).at(-1)).to.equal(
          '  ~ View heavy: its query is SELECT id FROM item WHERE (id > 5), the snapshot has SELECT id FROM item WHERE (id > 5) WITH LOCAL CHECK OPTION.',
        );
      });
    } finally {
      await world.remove();
    }
  });
});
