import { expect } from 'chai';
import { Index, ViewColumn, ViewEntity } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { table, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer' } });

/** A materialized view with an index of its weights, and others. */
function stored(where: string | undefined, others: readonly string[] = []): Function {
  const Stored = class {};
  ViewEntity({ name: 'stored', expression: 'SELECT "id", "weight" FROM "item"', materialized: true })(Stored);
  for (const column of ['id', 'weight']) ViewColumn({ name: column })(Stored.prototype, column);
  Index('ix_weight', ['weight'], where === undefined ? {} : { where })(Stored);
  for (const name of others) Index(name, ['id', 'weight'])(Stored);
  return Stored;
}

onDatabase('postgres', 'Generating indexes of materialized views', (database) => {
  const inWorld = async (use: (world: ViewWorld) => Promise<void>) => {
    const world = await ViewWorld.make('postgres');
    try {
      await use(world);
    } finally {
      await world.remove();
    }
  };
  const ups = async (world: ViewWorld, view: Function) =>
    (await world.generate([ITEM, view])).revisions.flatMap(({ postgres }) => postgres.up);

  it('A new index leaves a partial one as it is', () =>
    inWorld(async (world) => {
      await world.generate([ITEM, stored('"weight" > 10')]);
      expect(await ups(world, stored('"weight" > 10', ['ix_both']))).to.deep.equal([
        'CREATE INDEX "ix_both" ON "stored" ("id", "weight")',
      ]);
    }));

  it('An index that a revision written by hand has dropped is created again', () =>
    inWorld(async (world) => {
      await world.generate([ITEM, stored(undefined)]);
      world.byHand(['DROP INDEX "ix_weight"'], ['CREATE INDEX "ix_weight" ON "stored" ("weight")']);
      expect(await ups(world, stored(undefined))).to.deep.equal([
        'CREATE INDEX "ix_weight" ON "stored" ("weight")',
      ]);
    }));

  it('Another predicate is another index, in both directions', () =>
    inWorld(async (world) => {
      await world.generate([ITEM, stored('"weight" > 10')]);
      const entities = [ITEM, stored('"weight" > 11')];
      expect(await world.missing(entities)).to.deep.equal(['stored: view, other indexes']);
      expect(await ups(world, stored('"weight" > 11'))).to.deep.equal([
        'DROP INDEX "ix_weight"',
        'CREATE INDEX "ix_weight" ON "stored" ("weight") WHERE "weight" > 11',
      ]);
      expect(await world.missing(entities)).to.deep.equal([]);
      await world.connected(database(), entities, async (dataSource) => {
        await migrateUp(dataSource);
        expect((await checkDrift(dataSource)).status).to.equal('in-sync');
        await migrateDown(dataSource, { target: world.migrations[0]?.name ?? '' });
        const found = `SELECT indexdef LIKE '%WHERE (weight > 10)' AS same FROM pg_indexes WHERE indexname = 'ix_weight'`;
        expect(await dataSource.query(found)).to.deep.equal([{ same: true }]);
      });
    }));
});
