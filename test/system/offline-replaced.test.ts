import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { rowsOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { replacing } from '../support/replacing.js';
import { revision } from '../support/revisions.js';

const ZONES = 'Zones1800000000412';
const AREAS = 'Areas1800000000413';
const ONE = 'ZonesAndAreas1800000000413';
const LANES = 'Lanes1800000000414';
const made = (id: string, table: string) =>
  revision(id, [`CREATE TABLE ${table} (id integer)`], [`DROP TABLE ${table}`]);
const FIRST = [made(ZONES, 'zones'), made(AREAS, 'areas')];
const ONCE = replacing(
  [ZONES, AREAS],
  revision(
    ONE,
    ['CREATE TABLE zones (id integer)', 'CREATE TABLE areas (id integer)'],
    ['DROP TABLE areas', 'DROP TABLE zones'],
  ),
);
const NEW = { entities: [], migrations: [ONCE, made(LANES, 'lanes')] };

eachDatabase('An offline script of a revision that replaces others', (database) => {
  const names = async () =>
    (await rowsOf(database(), 'SELECT "name" FROM "migrations" ORDER BY "id"')).map(({ name }) => name);

  it('A script from base holds the one only, also where the others are listed', async () => {
    await runOffline(database(), { ...NEW, migrations: [...FIRST, ...NEW.migrations] }, { direction: 'up' });
    expect(await names()).to.deep.equal([ONE, LANES]);
  });

  it('A script from the last replaced revision records the one, and a script down removes all of them', async () => {
    await migrateUp(await database().connect({ entities: [], migrations: FIRST }));
    await runOffline(database(), NEW, { direction: 'up', target: `${AREAS}..head` });
    expect(await names()).to.deep.equal([ZONES, AREAS, ONE, LANES]);
    const dataSource = await database().connect(NEW);
    expect(await readStatus(dataSource)).to.deep.include({ current: LANES, pending: [], missing: [] });
    await runOffline(database(), NEW, { direction: 'down', target: 'base' });
    expect(await names()).to.deep.equal([]);
  });

  it('A script from base stops where the replaced revisions are recorded', async () => {
    await migrateUp(await database().connect({ entities: [], migrations: FIRST }));
    await stoppedScript(database(), await scriptFor(database(), NEW, { direction: 'up' }));
    expect(await names()).to.deep.equal([ZONES, AREAS]);
  });

  it('A script from another replaced revision is refused with the revision in its place', async () => {
    const error = await scriptFor(database(), NEW, { direction: 'up', target: `${ZONES}..head` }).catch(
      String,
    );
    expect(error).to.contain(`${ZONES} is a part of ${ONE}, which replaces it. Use ${ONE}.`);
  });
});
