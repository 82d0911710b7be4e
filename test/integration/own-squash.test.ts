import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { migrations } from '../../src/migrations/index.js';
import { readCatalog } from '../support/catalog.js';
import { eachDatabase } from '../support/databases.js';
import { root } from '../support/root.js';
import { replacedMigrations } from '../support/replaced-migrations/index.js';

const [INITIAL, ADMINS, ONE] = migrations;
/** The history when the 15 became one. */
const SQUASHED = [INITIAL, ADMINS, ONE];
const FORMER = [INITIAL, ADMINS, ...replacedMigrations];
const [FIRST, SECOND, ...LATER] = replacedMigrations.map(({ name }) => name);

/** The files that databases have applied since the first release, and the SHA-256 of each. */
const RELEASED = {
  '1795435200000-InitialSchema.ts': '30189a56bbb254d4940c9bb4321d490fae9ccc4d3bdcde7e4596922c7cf88e67',
  '1795438800000-AdminUsers.ts': 'f3e3cca01efc3c8799afa284f0b36aaf70e5c5628fb3cdde7b491244d83c1762',
};

describe('The first two revisions of this project', () => {
  for (const [file, sum] of Object.entries(RELEASED))
    it(`${file} stays byte for byte`, () => {
      const content = readFileSync(join(root, 'src/migrations', file));
      expect(createHash('sha256').update(content).digest('hex')).to.equal(sum);
    });
});

eachDatabase('The history of this project, whose 15 later revisions are one', function (database) {
  const atFormer = async (target = 'head') => {
    const dataSource = await database().connect({ migrations: FORMER });
    await migrateUp(dataSource, { target });
    return dataSource;
  };

  it('A database with none of them runs the one, reverts it and runs it again, to the schema of the 15', async () => {
    expect(ONE.name).to.have.length.below(40);
    const { dialect } = database().target;
    const former = await atFormer();
    const there = await readCatalog(former, dialect);
    await migrateDown(former, { target: 'base' });
    const dataSource = await database().connect({ migrations: SQUASHED });
    const { done } = await migrateUp(dataSource);
    expect(done.map(({ id }) => id)).to.deep.equal(SQUASHED.map(({ name }) => name));
    expect(await readStatus(dataSource)).to.deep.include({ current: ONE.name, pending: [], missing: [] });
    expect(await readCatalog(dataSource, dialect)).to.deep.equal(there);
    await migrateDown(dataSource, { target: 'base' });
    await migrateUp(dataSource);
    expect(await readCatalog(dataSource, dialect)).to.deep.equal(there);
  });

  it('A database with all of them records the one, and reverts it as one', async () => {
    await atFormer();
    const dataSource = await database().connect({ migrations: SQUASHED });
    const { done } = await migrateUp(dataSource);
    expect(done).to.have.length(1);
    expect(done[0]).to.deep.include({ id: ONE.name, stamped: true });
    const status = await readStatus(dataSource);
    expect(status).to.deep.include({ current: ONE.name, pending: [], missing: [], edited: [] });
    await migrateDown(dataSource, { target: ADMINS.name });
    const { applied } = await readStatus(dataSource);
    expect(applied.map(({ id }) => id)).to.deep.equal([INITIAL.name, ADMINS.name]);
  });

  it('A database with some of them is refused, naming which', async () => {
    await atFormer(SECOND);
    const error: unknown = await migrateUp(await database().connect({ migrations: SQUASHED })).catch(
      (cause: unknown) => cause,
    );
    expect(error).to.deep.include({
      code: 'REVISION_PARTLY_REPLACED',
      revision: ONE.name,
      recorded: [FIRST, SECOND],
      absent: LATER,
    });
  });

  it('A database with some of them runs the others where the code still has them, and records the one', async () => {
    await atFormer(SECOND);
    const dataSource = await database().connect({ migrations: [...FORMER, ONE] });
    const { done } = await migrateUp(dataSource);
    expect(done.map(({ id }) => id)).to.deep.equal([...LATER, ONE.name]);
    expect((await readStatus(dataSource)).current).to.equal(ONE.name);
  });
});
