import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { ViewRefusedError } from '../../../src/errors/views.js';
import { planRepair } from '../../../src/generate/repair/plan-repair.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer' }, name: { type: 'varchar', nullable: true } });
const HEAVY = view('heavy', 'SELECT "id", "name" FROM "item" WHERE "weight" > 9');
const HEAVIEST = view('a_heaviest', 'SELECT "id" FROM "heavy" WHERE "id" > 100');

/** Statements with which TypeORM's own tools would go on. */
async function ofTypeorm(dataSource: DataSource): Promise<readonly string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

eachDatabase('Generating with entities of views', (database) => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make(database().dialect);
  });
  afterEach(() => world.remove());

  it('Views are created in the order of their dependencies, and neither check nor TypeORM finds anything to do', async () => {
    const entities = [HEAVIEST, HEAVY, ITEM];
    await world.generate(entities);
    expect(await world.missing(entities)).to.deep.equal([]);
    await world.connected(database(), entities, async (dataSource) => {
      await migrateUp(dataSource);
      const { status, uncomparable, unmanaged } = await checkDrift(dataSource, { strict: true });
      expect({ status, uncomparable, unmanaged }).to.deep.equal({
        status: 'in-sync',
        uncomparable: [],
        unmanaged: [],
      });
      expect(await ofTypeorm(dataSource)).to.deep.equal([]);
      await migrateDown(dataSource, { target: 'base' });
      await migrateUp(dataSource);
    });
  });

  it('A view gets another text, and one that no entity declares any more is dropped', async () => {
    await world.generate([ITEM, HEAVY, HEAVIEST]);
    const other = [ITEM, view('heavy', 'SELECT "id" FROM "item" WHERE "weight" > 90')];
    expect(await world.missing(other)).to.deep.equal([
      'heavy: view, another text',
      'a_heaviest: view dropped',
    ]);
    await world.generate(other);
    expect(await world.missing(other)).to.deep.equal([]);
    await world.connected(database(), other, async (dataSource) => {
      await migrateUp(dataSource);
      expect((await checkDrift(dataSource)).status).to.equal('in-sync');
      expect(await ofTypeorm(dataSource)).to.deep.equal([]);
    });
  });

  it('The statements that remove drift create a view that is missing', async () => {
    await world.generate([ITEM, HEAVY]);
    await world.connected(database(), [ITEM, HEAVY], async (dataSource) => {
      await migrateUp(dataSource);
      await dataSource.query('DROP VIEW "heavy"');
      const { parts, undecided } = await planRepair(dataSource, undefined);
      expect(undecided).to.deep.equal([]);
      for (const { groups } of parts)
        for (const { statements } of groups) for (const { sql } of statements) await dataSource.query(sql);
      expect((await checkDrift(dataSource)).status).to.equal('in-sync');
      expect(await ofTypeorm(dataSource)).to.deep.equal([]);
    });
    const other = [ITEM, view('heavy', 'SELECT "id" FROM "item" WHERE "weight" > 90')];
    await world.connected(database(), other, async (dataSource) => {
      const { parts, undecided } = await planRepair(dataSource, undefined);
      expect(parts).to.deep.equal([]);
      expect(undecided.map(({ reason }) => reason)).to.deep.equal(['heavy: view, another text']);
    });
  });

  it('Spaces, comments and the case of keywords are no change of a text', async () => {
    await world.generate([ITEM, HEAVY]);
    const spaced = view('heavy', 'select "id",\n  "name" -- as before\n  from "item" where "weight" > 9');
    expect(await world.missing([ITEM, spaced])).to.deep.equal([]);
  });

  it('A renamed column is renamed in the view, whose text the entity changes with it', async () => {
    await world.generate([ITEM, HEAVY]);
    const titled = table('item', { weight: { type: 'integer' }, title: { type: 'varchar', nullable: true } });
    const entities = [titled, view('heavy', 'SELECT "id", "title" FROM "item" WHERE "weight" > 9')];
    await world.generate(entities, { renames: ['item.name:title'] });
    expect(await world.missing(entities)).to.deep.equal([]);
  });

  for (const [title, entities, options, words] of [
    [
      'whose text names a column that is dropped',
      [table('item', { weight: { type: 'integer' } }), HEAVY],
      { drops: ['item.name'] },
      'heavy: it names the column item.name, which the change drops. Change the text of its entity. Nothing was written.',
    ],
    [
      'over a table that nothing has',
      [ITEM, view('heavy', 'SELECT "id" FROM "stones"')],
      {},
      'heavy: it names the table stones, which neither the entities nor the revisions have. Change the text of its entity. Nothing was written.',
    ],
    [
      'that reads another one that reads it',
      [ITEM, view('heavy', 'SELECT "id" FROM "light"'), view('light', 'SELECT "id" FROM "heavy"')],
      {},
      'heavy: the views of the entities read each other in a cycle (heavy -> light -> heavy). Change the text or the dependsOn of one of them. Nothing was written.',
    ],
  ] as const)
    it(`A view ${title} is refused by name`, async () => {
      await world.generate([ITEM, HEAVY]);
      expect(await refusalOf(world.generate(entities, options))).to.equal(words);
    });

  it('A view whose text the database cannot read is refused with the words of the database', async () => {
    const words = await refusalOf(world.generate([ITEM, view('heavy', 'SELEC "id" FROM "item"')]));
    expect(words).to.match(
      /^heavy: (PostgreSQL|SQLite) cannot read its text \(.*syntax error.*\)\. Change the text/,
    );
  });

  it('A view that no entity declares, and that names a column that is dropped, is refused by name', async () => {
    await world.generate([ITEM]);
    world.byHand(['CREATE VIEW by_hand AS SELECT name FROM item'], ['DROP VIEW by_hand']);
    const dropped = world.generate([table('item', { weight: { type: 'integer' } })], {
      drops: ['item.name'],
    });
    expect(await refusalOf(dropped)).to.equal(
      'by_hand: it names the column item.name, which the change drops. No entity declares it: drop it or change it first, in a revision written by hand. Nothing was written.',
    );
  });

  it('A column is renamed although a view and a trigger written by hand name it without quotes', async () => {
    await world.generate([ITEM]);
    world.byHand(['CREATE VIEW by_hand AS SELECT name FROM item'], ['DROP VIEW by_hand']);
    if (database().dialect === 'sqlite')
      world.byHand(
        [
          'CREATE TRIGGER named AFTER UPDATE OF name ON item BEGIN UPDATE item SET weight = 1 WHERE name = new.name; END',
        ],
        ['DROP TRIGGER named'],
      );
    const titled = table('item', { weight: { type: 'integer' }, title: { type: 'varchar', nullable: true } });
    await world.generate([titled], { renames: ['item.name:title'] });
    expect(await world.missing([titled])).to.deep.equal([]);
  });
});

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(ViewRefusedError);
  return (error as Error).message;
}

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

  it('On a server whose version the snapshot does not have, the recorded text counts, or else nothing is certain', async () => {
    const older = (text: string) => text.replace(/("definitions": \{\s*)"\d+"/, '$1"9"');
    expect(await checked([], older)).to.deep.equal([]);
    const [words] = await checked(['DELETE FROM typeorm_metadata'], older);
    expect(words).to.match(
      /^heavy: the snapshot has no definition of it for PostgreSQL \d+ and this text, and TypeORM has not recorded its text in typeorm_metadata, and the database keeps another form\. Add it with a scratch server of that version: SCRATCH_DATABASE_URL=<address> npx orchestrator-db generate Views -d <file>$/,
    );
  });

  it('A role without a right on tables and views checks them', () =>
    world.connected(database(), [ITEM, HEAVY], async (dataSource) => {
      await migrateUp(dataSource);
      await dataSource.query(`CREATE ROLE looks_at_views`);
      try {
        await dataSource.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC`);
        await dataSource.query('SET ROLE looks_at_views');
        const report = await checkDrift(dataSource, { snapshot: join(world.folder, 'snapshot.json') });
        expect(report.changes).to.deep.equal([]);
        expect(report.uncomparable.filter(({ kind }) => kind === 'view')).to.deep.equal([]);
      } finally {
        await dataSource.query('RESET ROLE');
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

onDatabase('postgres', 'Generating with entities of materialized views', (database) => {
  it('A materialized view is filled, has its indexes, and is made again around another type', async () => {
    const world = await ViewWorld.make('postgres');
    try {
      const stored = (isIndexed: boolean) =>
        materialized('stored', 'SELECT "id", "weight" FROM "item"', { columns: ['id', 'weight'], isIndexed });
      await world.generate([ITEM, stored(true)]);
      const wide = table('item', { weight: { type: 'bigint' }, name: { type: 'varchar', nullable: true } });
      await world.generate([wide, stored(true)], { allowRewrite: ['item.weight'] });
      const entities = [wide, stored(false)];
      await world.generate(entities);
      expect(await world.missing(entities)).to.deep.equal([]);
      await world.connected(database(), entities, async (dataSource) => {
        await migrateUp(dataSource);
        expect((await checkDrift(dataSource)).status).to.equal('in-sync');
        expect(await ofTypeorm(dataSource)).to.deep.equal([]);
        await migrateDown(dataSource, { target: 'base' });
      });
    } finally {
      await world.remove();
    }
  });

  it('A materialized view over a column that is filled in existing rows is refreshed at the end', async () => {
    const world = await ViewWorld.make('postgres');
    try {
      const stored = (text: string) => materialized('stored', text, { columns: ['id'] });
      await world.generate([ITEM, stored('SELECT "id" FROM "item"')]);
      const required = table('item', {
        weight: { type: 'integer' },
        name: { type: 'varchar', nullable: true },
        rank: { type: 'integer' },
      });
      const entities = [required, stored('SELECT "id", "rank" FROM "item"')];
      const { revisions } = await world.generate(entities, { backfills: ['item.rank="weight" * 2'] });
      expect(revisions.at(-1)?.postgres.up).to.deep.equal([
        'REFRESH MATERIALIZED VIEW CONCURRENTLY "stored"',
      ]);
      await world.connected(database(), entities, async (dataSource) => {
        await migrateUp(dataSource, { target: world.migrations[0]?.name ?? '' });
        await dataSource.query('INSERT INTO item (id, weight) VALUES (1, 4)');
        await migrateUp(dataSource);
        expect(await dataSource.query('SELECT rank FROM stored')).to.deep.equal([{ rank: 8 }]);
      });
    } finally {
      await world.remove();
    }
  });
});
