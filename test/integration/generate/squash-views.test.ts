import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { baseline, readLive } from '../../../src/generate/squash/baseline.js';
import { fromDatabase, readDatabase } from '../../../src/generate/squash/from-database.js';
import { squash } from '../../../src/generate/squash/squash.js';
import { revisionClass } from '../../../src/generate/write/revision-class.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { scratchSourcesOf } from '../../../src/scratch/scratch-sources.js';
import { eachDatabase } from '../../support/databases.js';
import { postgresServer } from '../../support/servers.js';
import { materialized, table, view, ViewWorld } from './view-world.js';

const WEIGHT = { weight: { type: 'integer' } } as const;
const ITEM = table('item', WEIGHT);
const NAMED = table('item', { ...WEIGHT, name: { type: 'varchar', nullable: true } });
const HEAVY = view('heavy', 'SELECT "id" FROM "item" WHERE "weight" > 9');
const HEAVIEST = view('heaviest', 'SELECT "id" FROM "heavy" WHERE "id" > 100');
const OTHER = view('heavy', 'SELECT "id", "name" FROM "item" WHERE "weight" > 90');
const BOX = table('box', {});

/** What this package and TypeORM find to do. */
async function leftToDo(dataSource: DataSource): Promise<readonly unknown[]> {
  const { changes, uncomparable, unmanaged, pending } = await checkDrift(dataSource, { strict: true });
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return [...changes, ...uncomparable, ...unmanaged, ...pending, ...upQueries.map(({ query }) => query)];
}

eachDatabase('A history with entities of views', (database) => {
  const settings = () => ({ scratch: postgresServer() });
  const entities = () =>
    database().dialect === 'postgres'
      ? [NAMED, OTHER, HEAVIEST, BOX, materialized('stored', 'SELECT "id" FROM "heavy"', { columns: ['id'] })]
      : [NAMED, OTHER, HEAVIEST, BOX];
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make(database().dialect);
    await world.generate([ITEM]);
    await world.generate([ITEM, HEAVY, HEAVIEST]);
    await world.generate([NAMED, OTHER, HEAVIEST]);
    await world.generate(entities());
  });
  afterEach(() => world.remove());
  const onHistory = <T>(use: (dataSource: DataSource) => Promise<T>) =>
    world.connected(database(), entities(), use);

  it('squash of revisions that add and change views gives a database without them the same views, and one with them nothing', async () => {
    const [first, second, third, last] = world.migrations.map(({ name }) => name);
    const one = await onHistory((dataSource) =>
      squash({
        ...{ dataSource, settings: settings(), sources: scratchSourcesOf(dataSource), allowLocks: false },
        ...{ range: `${String(second)}..${String(third)}`, name: 'Views' },
      }),
    );
    expect(one.warnings).to.deep.equal([]);
    await onHistory((dataSource) => migrateUp(dataSource));
    const [Begin, , , End] = world.migrations;
    world.migrations.splice(0, 4, Begin!, revisionClass(one.id, one.part, { replaces: one.replaces }), End!);
    await onHistory(async (dataSource) => {
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([one.id]);
      await migrateDown(dataSource, { target: 'base' });
      expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([first, one.id, last]);
      expect(await leftToDo(dataSource)).to.deep.equal([]);
    });
    expect(await world.missing(entities())).to.deep.equal([]);
  });

  it('A baseline creates the views, in the order of what they read', async () => {
    const [made] = await onHistory(async (dataSource) => {
      await migrateUp(dataSource);
      const live = await readLive(dataSource);
      const sources = scratchSourcesOf(dataSource, { revisions: false });
      const { revisions } = await baseline({ sources, settings: settings(), name: 'Begin', stamp: 1, live });
      await migrateDown(dataSource, { target: 'base' });
      return revisions;
    });
    world.migrations.splice(0, 4, revisionClass(made!.id, made!.part));
    await onHistory(async (dataSource) => {
      await migrateUp(dataSource);
      expect(await leftToDo(dataSource)).to.deep.equal([]);
    });
  });

  const fromLive = (dataSource: DataSource) =>
    readDatabase(dataSource).then((live) =>
      fromDatabase({
        ...{ settings: settings(), name: 'AsItIs', stamp: 1, live },
        sources: scratchSourcesOf(dataSource, { revisions: false }),
      }),
    );

  it('A baseline from a database keeps the texts that TypeORM has recorded of its views', async () => {
    const { id, part, snapshot } = await onHistory(async (dataSource) => {
      await migrateUp(dataSource);
      const found = await fromLive(dataSource);
      await migrateDown(dataSource, { target: 'base' });
      return found;
    });
    const { views = [] } = snapshot.schemas[database().dialect] ?? {};
    expect(views.map(({ name }) => name)).to.include.members(['heavy', 'heaviest']);
    world.migrations.splice(0, 4, revisionClass(id, part));
    await onHistory(async (dataSource) => {
      await migrateUp(dataSource);
      await migrateDown(dataSource, { target: 'base' });
      await migrateUp(dataSource);
      expect(await leftToDo(dataSource)).to.deep.equal([]);
    });
  });

  it('A baseline from a database is made as well where the entities change the tables under its views', async () => {
    await onHistory((dataSource) => migrateUp(dataSource));
    const { part } = await world.connected(database(), [ITEM], fromLive);
    const { up } = part.groups[database().dialect];
    expect(up.map(({ reason }) => reason).join()).to.contain('heaviest');
  });
});
