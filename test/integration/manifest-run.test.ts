import { expect } from 'chai';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { recordTables } from '../../src/databases/records/tables.js';
import { databaseNamed } from '../../src/databases/registry.js';
import { ConnectError } from '../../src/errors/base.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { accessOf, type Access } from '../../src/migrator/access.js';
import { withManifest } from '../../src/migrator/manifest/manifest-access.js';
import { MANIFEST_FORMAT, type Manifest } from '../../src/migrator/manifest/manifest.js';
import { recorded } from '../../src/migrator/manifest/recorded-revisions.js';
import { migrateOver } from '../../src/migrator/migrate.js';
import { orderRevisions, type Revision } from '../../src/migrator/revision.js';
import { statusOver } from '../../src/migrator/status.js';
import { parseSettings } from '../../src/settings.js';
import type { Purpose } from '../../src/databases/session.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, failureOf } from '../support/failures.js';
import { revision } from '../support/revisions.js';

type Classes = readonly (new () => Revision)[];

const MAKE = revision(
  'MakeBays1800000000811',
  ['CREATE TABLE "bays" ("id" integer PRIMARY KEY)', 'INSERT INTO "bays" VALUES (1)'],
  ['DROP TABLE "bays"'],
);
const WRONG = revision(
  'WrongBays1800000000812',
  ['CREATE TABLE "half" ("id" integer)', 'INSERT INTO "nowhere" VALUES (1)'],
  [],
);

async function manifestFor(database: TestDatabase, classes: Classes): Promise<Manifest> {
  const dataSource = await database.connect({ entities: [], migrations: [...classes] });
  const { name, capabilities } = databaseNamed(database.dialect);
  const tables = recordTables(dataSource, capabilities.schemas);
  await dataSource.destroy();
  return {
    ...{
      format: MANIFEST_FORMAT,
      writtenBy: '',
      checksum: '',
      dataSource: '',
      files: {},
      folders: {},
      desired: '',
    },
    databases: { [name]: { tables, entityTables: [] } },
    revisions: orderRevisions(classes.map((made) => new made())).map(recorded),
  };
}

/** Both ways to the same revisions. */
async function waysTo(database: TestDatabase, classes: Classes) {
  const manifest = await manifestFor(database, classes);
  const settings = { ...parseSettings({}), database: database.target };
  const byManifest = <T>(purpose: Purpose, use: (access: Access) => Promise<T>) =>
    withManifest(manifest, { settings, purpose, onWarning: () => undefined }, use);
  const byTypeorm = <T>(_purpose: Purpose, use: (access: Access) => Promise<T>) =>
    database
      .connect({ entities: [], migrations: [...classes] })
      .then((dataSource) => use(accessOf(dataSource)));
  return { byManifest, byTypeorm };
}

const up = (access: Access) => migrateOver(access, 'up', {});
const down = (access: Access) => migrateOver(access, 'down', { target: 'base' });

eachDatabase('A run by a manifest', (database) => {
  it('A run by a manifest and one over TypeORM see each other and report the same', async () => {
    const { byManifest, byTypeorm } = await waysTo(database(), [MAKE]);
    const applied = await byManifest('write', up);
    expect(applied.done.map(({ id }) => id)).to.deep.equal(['MakeBays1800000000811']);
    expect(await byTypeorm('write', up)).to.deep.equal({
      direction: 'up',
      done: [],
      current: 'MakeBays1800000000811',
    });
    expect(await byManifest('read', statusOver)).to.deep.equal(await byTypeorm('read', statusOver));
    expect((await byTypeorm('revert', down)).done).to.have.length(1);
    expect(await byManifest('revert', down)).to.deep.equal({ direction: 'down', done: [], current: null });
  });

  it('A revision that fails is rolled back and reported as over TypeORM', async () => {
    const { byManifest, byTypeorm } = await waysTo(database(), [MAKE, WRONG]);
    const failures = [await failureOf(byManifest('write', up)), await failureOf(byTypeorm('write', up))];
    for (const failure of failures) expect(failure).to.be.instanceOf(RevisionFailedError);
    expect(failures[0]?.message).to.equal(failures[1]?.message);
    const { pending, failed } = await byManifest('read', statusOver);
    expect(pending).to.deep.equal(['WrongBays1800000000812']);
    expect(failed.map(({ outcome }) => outcome)).to.deep.equal(['failed']);
  });

  it('Each revision runs once where a manifest and TypeORM start at the same time', async () => {
    const { byManifest, byTypeorm } = await waysTo(database(), [MAKE]);
    const reports = await Promise.all([
      byManifest('write', up),
      byTypeorm('write', up),
      byManifest('write', up),
    ]);
    expect(reports.map(({ done }) => done.length).sort()).to.deep.equal([0, 0, 1]);
  });
});

onDatabase('sqlite', 'A file that a manifest leads to', (database) => {
  const pathOf = () => (database().target.dialect === 'sqlite' ? database().url.replace(/^sqlite:/, '') : '');

  it('A file is not changed by a status', async () => {
    const { byManifest } = await waysTo(database(), [MAKE]);
    await byManifest('write', up);
    const before = [readFileSync(pathOf()).toString('hex'), statSync(pathOf()).mtimeMs];
    expect((await byManifest('read', statusOver)).pending).to.deep.equal([]);
    expect([readFileSync(pathOf()).toString('hex'), statSync(pathOf()).mtimeMs]).to.deep.equal(before);
  });

  it('A file that does not exist is created by up alone', async () => {
    const { byManifest } = await waysTo(database(), [MAKE]);
    const elsewhere = `${pathOf()}-other`;
    const manifest = await manifestFor(database(), [MAKE]);
    const target = { dialect: 'sqlite', path: elsewhere, shown: `sqlite:${elsewhere}` } as const;
    const opening = { settings: { ...parseSettings({}), database: target }, onWarning: () => undefined };
    for (const purpose of ['read', 'revert'] as const)
      await expectFailure(
        withManifest(manifest, { ...opening, purpose }, statusOver),
        ConnectError,
        /the file does not exist; `up` creates it/,
      );
    expect(existsSync(elsewhere)).to.equal(false);
    await withManifest(manifest, { ...opening, purpose: 'write' }, up);
    expect(existsSync(elsewhere)).to.equal(true);
    expect((await byManifest('write', up)).done).to.have.length(1);
  });
});
