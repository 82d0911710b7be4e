import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { ViewRefusedError } from '../../../src/errors/views.js';
import { planRepair } from '../../../src/generate/repair/plan-repair.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
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
    [
      'that reads itself',
      [ITEM, HEAVY, view('again', 'SELECT "id" FROM "again"')],
      {},
      'again: it reads itself. Change the text of its entity. Nothing was written.',
    ],
    [
      'that reads one which no entity declares any more',
      [ITEM, HEAVIEST],
      {},
      'a_heaviest: it reads the view heavy, which no entity declares any more. Change the text of its entity. Nothing was written.',
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

  it('A view that no entity declares, and that reads one which goes, is refused by name', async () => {
    await world.generate([ITEM, HEAVY]);
    world.byHand(
      ['CREATE VIEW by_hand AS SELECT id FROM heavy', 'CREATE VIEW behind AS SELECT id FROM by_hand'],
      ['DROP VIEW behind', 'DROP VIEW by_hand'],
    );
    expect(await refusalOf(world.generate([ITEM]))).to.equal(
      'by_hand: it reads the view heavy, which no entity declares any more. No entity declares it: drop it or change it first, in a revision written by hand. Nothing was written.',
    );
  });

  it('A view that reads itself through one that no entity declares is refused by name', async () => {
    await world.generate([ITEM, HEAVY]);
    world.byHand(['CREATE VIEW by_hand AS SELECT id, name FROM heavy'], ['DROP VIEW by_hand']);
    const circular = view('heavy', 'SELECT "id", "name" FROM "by_hand"');
    expect(await refusalOf(world.generate([ITEM, circular]))).to.equal(
      'heavy: it reads itself. Change the text of its entity. Nothing was written.',
    );
  });

  it('A view whose query names a part of itself like the view does not read itself', async () => {
    await world.generate([ITEM, HEAVY, HEAVIEST]);
    const shadow = view('shadow', 'WITH "shadow" AS (SELECT "id" FROM "item") SELECT "id" FROM "shadow"');
    await world.generate([ITEM, HEAVY, HEAVIEST, shadow]);
    expect(await world.missing([ITEM, HEAVY, HEAVIEST, shadow])).to.deep.equal([]);
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
      const stored = materialized('stored', 'SELECT "id", "rank" FROM "item"', { columns: ['id'] });
      const ranked = (nullable: boolean) =>
        table('item', { weight: { type: 'integer' }, rank: { type: 'integer', nullable } });
      await world.generate([ranked(true), stored]);
      const entities = [ranked(false), stored];
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
