import { expect } from 'chai';
import { DataSource } from 'typeorm';
import type { Revision } from '../../src/migrator/revision.js';
import { recordsSome } from '../../src/migrator/recorded.js';
import { migrateDown, migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { handWritten } from '../support/hand-written.js';
import { replacing } from '../support/replacing.js';
import { revision } from '../support/revisions.js';

const PUMPS = 'Pumps1800000000401';
const ZONES = 'Zones1800000000402';
const AREAS = 'Areas1800000000403';
const ONE = 'ZonesAndAreas1800000000403';
const LANES = 'Lanes1800000000404';

const table = (id: string) => id.slice(0, 5).toLowerCase();
const made = (id: string) =>
  revision(id, [`CREATE TABLE ${table(id)} (id integer)`], [`DROP TABLE ${table(id)}`]);
const OLD = [PUMPS, ZONES, AREAS, LANES].map(made);
const squash = (): new () => Revision =>
  replacing(
    [ZONES, AREAS],
    revision(
      ONE,
      ['CREATE TABLE zones (id integer)', 'CREATE TABLE areas (id integer)'],
      ['DROP TABLE areas', 'DROP TABLE zones'],
    ),
  );
/** The classes that it replaces are gone. */
const NEW = [made(PUMPS), squash(), made(LANES)];
/** They are listed beside it for a time. */
const BESIDE = [made(PUMPS), squash(), made(ZONES), made(AREAS), made(LANES)];
const refused = (run: Promise<unknown>) =>
  run.then(() => undefined).catch((error: unknown) => error as Error);

eachDatabase('A revision that replaces others', (database) => {
  const connected = (migrations: readonly (new () => Revision)[]) =>
    database().connect({ entities: [], migrations });
  const done = async (run: ReturnType<typeof migrateUp>) =>
    (await run).done.map(({ id, direction, stamped }) => `${stamped ? 'record ' : ''}${direction} ${id}`);
  const records = async () => {
    const rows = await rowsOf(database(), 'SELECT "name" FROM "migrations" ORDER BY "id"');
    return rows.map(({ name }) => name);
  };

  it('Only a database with a revision of the code, or with one that it replaces, records some', async () => {
    expect(await recordsSome(await connected(BESIDE))).to.equal(false);
    await migrateUp(await connected(OLD), { target: ZONES });
    expect(await recordsSome(await connected(BESIDE))).to.equal(true);
    expect(await recordsSome(await connected([squash()]))).to.equal(true);
    expect(await recordsSome(await connected([made(LANES)]))).to.equal(false);
  });

  for (const [words, migrations] of [
    ['whose classes are gone', NEW],
    ['whose classes are listed beside it', BESIDE],
  ] as const) {
    it(`A database that has none of the replaced revisions runs the one ${words}`, async () => {
      const dataSource = await connected(migrations);
      expect(await done(migrateUp(dataSource))).to.deep.equal([`up ${PUMPS}`, `up ${ONE}`, `up ${LANES}`]);
      expect(await records()).to.deep.equal([PUMPS, ONE, LANES]);
      expect(await readStatus(dataSource)).to.deep.include({ current: LANES, pending: [], missing: [] });
      expect(await done(migrateDown(dataSource, { target: 'base' }))).to.deep.equal([
        `down ${LANES}`,
        `down ${ONE}`,
        `down ${PUMPS}`,
      ]);
    });

    it(`A database that has all of the replaced revisions counts as having the one ${words}, and the next run records it`, async () => {
      await migrateUp(await connected(OLD), { target: AREAS });
      const dataSource = await connected(migrations);
      const before = await readStatus(dataSource);
      expect(before).to.deep.include({ current: ONE, pending: [LANES], missing: [], outOfOrder: [] });
      expect(before.applied.map(({ id, verification }) => [id, verification])).to.deep.equal([
        [PUMPS, 'verified'],
        [ONE, 'replaced'],
      ]);
      expect(await done(migrateUp(dataSource))).to.deep.equal([`record up ${ONE}`, `up ${LANES}`]);
      expect(await records()).to.deep.equal([PUMPS, ZONES, AREAS, ONE, LANES]);
      const after = await readStatus(dataSource);
      expect(after).to.deep.include({ current: LANES, pending: [], missing: [], edited: [] });
      expect(after.applied.map(({ id, verification }) => [id, verification])).to.deep.equal([
        [PUMPS, 'verified'],
        [ONE, 'verified'],
        [LANES, 'verified'],
      ]);
      expect(await done(migrateUp(dataSource))).to.deep.equal([]);
      const attempts = (await readHistory(dataSource)).flatMap((run) => run.attempts);
      expect(attempts.filter((attempt) => attempt.revision === ONE).map(({ kind }) => kind)).to.deep.equal([
        'stamped',
      ]);
    });
  }

  it('A database that has some of the replaced revisions is refused where the others are gone, and nothing changes', async () => {
    await migrateUp(await connected(OLD), { target: ZONES });
    const dataSource = await connected(NEW);
    const words =
      `${ONE}: replaces revisions of which this database has ${ZONES}, but not ${AREAS}. Nothing was run. ` +
      'First deploy the version of the code that still contains the missing ones, and run: npm run -s db:up. Then deploy this version.';
    for (const run of [migrateUp, migrateDown, (of: DataSource) => planMigration(of, 'up')]) {
      const error = await refused(run(dataSource));
      expect(error).to.deep.include({ code: 'REVISION_PARTLY_REPLACED', message: words });
      expect(error).to.deep.include({ revision: ONE, recorded: [ZONES], absent: [AREAS] });
    }
    expect(await records()).to.deep.equal([PUMPS, ZONES]);
    expect((await readStatus(dataSource)).partlyReplaced).to.deep.equal([
      { id: ONE, recorded: [ZONES], absent: [AREAS] },
    ]);
    await migrateUp(await connected(OLD), { target: AREAS });
    expect(await done(migrateUp(dataSource))).to.deep.equal([`record up ${ONE}`, `up ${LANES}`]);
  });

  it('A database that has some of the replaced revisions runs the others where they are listed, then records the one', async () => {
    await migrateUp(await connected(OLD), { target: ZONES });
    const dataSource = await connected(BESIDE);
    expect((await readStatus(dataSource)).pending).to.deep.equal([AREAS, ONE, LANES]);
    expect(await done(migrateUp(dataSource))).to.deep.equal([
      `up ${AREAS}`,
      `record up ${ONE}`,
      `up ${LANES}`,
    ]);
    expect(await readStatus(dataSource)).to.deep.include({ current: LANES, pending: [], missing: [] });
  });

  it('Reverting it removes the records of what it replaces first, so that they do not count again', async () => {
    await migrateUp(await connected(OLD), { target: AREAS });
    const dataSource = await connected(NEW);
    expect(await done(migrateDown(dataSource))).to.deep.equal([
      `record up ${ONE}`,
      `record down ${AREAS}`,
      `record down ${ZONES}`,
      `down ${ONE}`,
    ]);
    expect(await records()).to.deep.equal([PUMPS]);
    expect(await done(migrateUp(dataSource))).to.deep.equal([`up ${ONE}`, `up ${LANES}`]);
  });

  it('Stamping records it, or removes it with what it replaces, also where only a part is there', async () => {
    await migrateUp(await connected(OLD), { target: ZONES });
    await execute(database(), ['CREATE TABLE areas (id integer)']);
    const dataSource = await connected(NEW);
    expect(await done(stampAt(dataSource, ONE))).to.deep.equal([`record up ${ONE}`]);
    expect(await readStatus(dataSource)).to.deep.include({ current: ONE, pending: [LANES], missing: [] });
    expect(await done(stampAt(dataSource, PUMPS))).to.deep.equal([
      `record down ${ZONES}`,
      `record down ${ONE}`,
    ]);
    expect(await records()).to.deep.equal([PUMPS]);
  });

  it('A replaced revision that was edited after it was applied is refused while its class is there', async () => {
    await migrateUp(await connected(OLD));
    const edited = revision(AREAS, ['CREATE TABLE areas (id bigint)'], ['DROP TABLE areas']);
    const dataSource = await connected([made(PUMPS), squash(), made(ZONES), edited, made(LANES)]);
    expect(await refused(migrateUp(dataSource))).to.deep.include({
      code: 'REVISION_EDITED',
      revisions: [AREAS],
    });
  });

  it('The former code still finds its own revisions after the one was recorded, and refuses where it ran alone', async () => {
    const former = await connected(OLD);
    await migrateUp(former);
    await migrateUp(await connected(NEW));
    expect(await readStatus(former)).to.deep.include({ current: LANES, pending: [], missing: [ONE] });
    expect(await refused(migrateUp(former))).to.have.property('code', 'REVISION_MISSING');
    expect(await done(migrateUp(former, { allow: { missing: true } }))).to.deep.equal([]);
  });

  it('Classes that TypeORM itself has run count as well', async () => {
    const old = [PUMPS, ZONES, AREAS].map((id) =>
      handWritten(
        id,
        (queryRunner) => queryRunner.query(`CREATE TABLE ${table(id)} (id integer)`),
        (queryRunner) => queryRunner.query(`DROP TABLE ${table(id)}`),
      ),
    );
    const dataSource = await database().connect({ entities: [], migrations: old });
    await DataSource.prototype.runMigrations.call(dataSource);
    expect(await done(migrateUp(await connected(NEW)))).to.deep.equal([`record up ${ONE}`, `up ${LANES}`]);
  });

  it('One that replaces another such revision counts through either', async () => {
    const all = replacing(
      [PUMPS, { id: ONE, replaces: [ZONES, AREAS] }],
      revision('All1800000000403', ['SELECT 1'], ['SELECT 1']),
    );
    await migrateUp(await connected(OLD), { target: AREAS });
    expect(await done(migrateUp(await connected([all])))).to.deep.equal(['record up All1800000000403']);
    expect((await readStatus(await connected([all]))).missing).to.deep.equal([]);
  });

  it('One that replaces another such revision counts where that one ran alone', async () => {
    const all = replacing(
      [PUMPS, { id: ONE, replaces: [ZONES, AREAS] }],
      revision('All1800000000403', ['SELECT 1'], ['SELECT 1']),
    );
    await migrateUp(await connected(NEW), { target: ONE });
    expect(await done(migrateUp(await connected([all])))).to.deep.equal(['record up All1800000000403']);
  });
});
