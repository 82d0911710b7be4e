import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { onDatabase } from '../../support/databases.js';
import { table, view, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer' }, name: { type: 'varchar', nullable: true } });
const HEAVY = view('heavy', 'SELECT "id", "name" FROM "item" WHERE "weight" > 9');

onDatabase('postgres', 'A check of views with the snapshot', (database) => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make('postgres');
    await world.generate([ITEM, HEAVY]);
  });
  afterEach(() => world.remove());

  const checked = (more: readonly string[], edit: (text: string) => string = (text) => text) =>
    world.connected(database(), [ITEM, HEAVY], async (dataSource) => {
      await migrateUp(dataSource);
      for (const sql of more) await dataSource.query(sql);
      const snapshot: unknown = JSON.parse(edit(await readFile(join(world.folder, 'snapshot.json'), 'utf8')));
      const { changes, uncomparable } = await checkDrift(dataSource, { snapshot: snapshot as object });
      return [
        ...changes.map(describeChange),
        ...uncomparable.map(({ object, reason }) => `${object}: ${reason}`),
      ];
    });

  it('A view that was replaced by hand is a difference, without a record of TypeORM', async () => {
    expect(await checked(['DELETE FROM typeorm_metadata'])).to.deep.equal([]);
    const replaced = 'CREATE OR REPLACE VIEW heavy AS SELECT id, name FROM item WHERE weight > 10';
    expect(await checked([replaced])).to.deep.equal([
      'View heavy: its query is SELECT id, name FROM item WHERE (weight > 10), the snapshot has SELECT id, name FROM item WHERE (weight > 9).',
    ]);
  });

  it('A column of another type is a difference', async () => {
    const more = [
      'DROP VIEW heavy',
      'CREATE VIEW heavy AS SELECT id, name::text AS name FROM item WHERE weight > 9',
    ];
    const [words] = await checked(more);
    expect(words).to.contain(
      'columns are (id integer, name text), the snapshot has (id integer, name character varying)',
    );
  });

  it('A column of another name, and one more column, are differences', async () => {
    const made = (columns: string) => [
      'DROP VIEW heavy',
      `CREATE VIEW heavy AS SELECT id, ${columns} FROM item WHERE weight > 9`,
    ];
    expect((await checked(made('name AS title')))[0]).to.contain(
      'columns are (id integer, title character varying), the snapshot has (id integer, name character varying)',
    );
    expect((await checked(['DROP VIEW heavy', ...made('name, weight').slice(1)]))[0]).to.contain(
      'columns are (id integer, name character varying, weight integer), the snapshot has (id integer, name character varying)',
    );
  });

  it('On a server whose version the snapshot does not have, the recorded text counts, or else nothing is certain', async () => {
    const older = (text: string) => text.replace(/("definitions": \{\s*)"\d+"/, '$1"9"');
    expect(await checked([], older)).to.deep.equal([]);
    const [words] = await checked(['DELETE FROM typeorm_metadata'], older);
    expect(words).to.match(
      /^heavy: the snapshot has no definition of it for PostgreSQL \d+ and this text, and TypeORM has not recorded its text in typeorm_metadata, and the database keeps another form\. Add it with a scratch server of that version: SCRATCH_DATABASE_URL=<address> npx orchestrator-db generate Views -d <file>$/,
    );
  });

  it('A role without a right on tables, views and their schema checks them, READ ONLY', () =>
    world.connected(database(), [ITEM, HEAVY], async (dataSource) => {
      await migrateUp(dataSource);
      await dataSource.query(`CREATE ROLE looks_at_views`);
      try {
        await dataSource.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC`);
        await dataSource.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
        await dataSource.query('SET default_transaction_read_only = on');
        await dataSource.query('SET ROLE looks_at_views');
        for (const sql of [
          'SELECT FROM public.item',
          'SELECT FROM public.heavy',
          'CREATE TEMP VIEW v AS SELECT 1',
        ])
          expect(await dataSource.query(sql).then(String, String)).to.match(/permission denied|read-only/);
        const report = await checkDrift(dataSource, { snapshot: join(world.folder, 'snapshot.json') });
        expect(report.changes).to.deep.equal([]);
        expect(report.uncomparable.filter(({ kind }) => kind === 'view')).to.deep.equal([]);
        await dataSource.query('RESET ROLE');
        await dataSource.query('SET default_transaction_read_only = off');
        await dataSource.query('CREATE OR REPLACE VIEW heavy AS SELECT id, name FROM item WHERE weight > 10');
        await dataSource.query('SET ROLE looks_at_views');
        const again = await checkDrift(dataSource, { snapshot: join(world.folder, 'snapshot.json') });
        expect(again.changes.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal([
          'alter-view heavy',
        ]);
      } finally {
        await dataSource.query('RESET ROLE');
        await dataSource.query('SET default_transaction_read_only = off');
        await dataSource.query('DROP ROLE looks_at_views');
      }
    }));

  it('Generating without a change adds the definition of another version to the snapshot', async () => {
    const file = join(world.folder, 'snapshot.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/("definitions": \{\s*)"\d+"/, '$1"9"'));
    await world.generate([ITEM, HEAVY]);
    const { schemas } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly schemas: {
        readonly postgres: { readonly views: readonly { readonly definitions: object }[] };
      };
    };
    expect(Object.keys(schemas.postgres.views[0]?.definitions ?? {}))
      .to.have.length(2)
      .and.to.include('9');
  });
});
