import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { handWritten } from '../support/hand-written.js';

const made = (table: string, id: string) =>
  handWritten(
    id,
    (queryRunner) => queryRunner.query(`CREATE TABLE ${table} (id integer)`),
    (queryRunner) => queryRunner.query(`DROP TABLE ${table}`),
  );

const PUMPS = 'MakePumps1800000000381';
/** Not in the order of the alphabet. */
const ZONES = 'MakeZones1800000000382';
const AREAS = 'MakeAreas1800000000382';
const LANES = 'MakeLanes1800000000382';
const IDS = [PUMPS, ZONES, AREAS, LANES];

eachDatabase('Classes of one stamp, as some histories of TypeORM have them', (database) => {
  const list = () => IDS.map((id) => made(id.slice(4, 9).toLowerCase(), id));
  const connected = (from = 0, to?: number) =>
    database().connect({ entities: [], migrations: list().slice(from, to) });

  it('Classes of one stamp run in the order of the list, as in TypeORM, and are reverted the other way round', async () => {
    const dataSource = await connected();
    expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal(IDS);
    expect(await readStatus(dataSource)).to.deep.include({ current: LANES, pending: [], outOfOrder: [] });
    const { done, current } = await migrateDown(dataSource, { target: '-2' });
    expect({ done: done.map(({ id }) => id), current }).to.deep.equal({
      done: [LANES, AREAS],
      current: ZONES,
    });
    expect((await migrateUp(dataSource, { target: AREAS })).current).to.equal(AREAS);
    expect(await readStatus(dataSource)).to.deep.include({ current: AREAS, pending: [LANES] });
  });

  it('Classes of one stamp that TypeORM has run are where it left them', async () => {
    const dataSource = await connected();
    const run = await DataSource.prototype.runMigrations.call(dataSource);
    expect(run.map(({ name }) => name)).to.deep.equal(IDS);
    expect(await readStatus(dataSource)).to.deep.include({ current: LANES, pending: [], missing: [] });
    await DataSource.prototype.undoLastMigration.call(dataSource);
    expect(await readStatus(dataSource)).to.deep.include({ current: AREAS, pending: [LANES] });
    expect((await migrateDown(dataSource)).done.map(({ id }) => id)).to.deep.equal([AREAS]);
  });

  it('Classes of one stamp are missing where only the database has one, behind those of the code', async () => {
    await migrateUp(await connected());
    const older = await connected(0, 3);
    expect(await readStatus(older)).to.deep.include({ current: LANES, head: AREAS, missing: [LANES] });
    const ahead = await migrateUp(older).catch((error: unknown) => error);
    expect(ahead).to.have.property('code', 'DATABASE_AHEAD');
  });
});
