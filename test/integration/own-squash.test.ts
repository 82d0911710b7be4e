import { expect } from 'chai';
import type { Squashed } from '../../src/generate/squash/squash.js';
import { squash } from '../../src/generate/squash/squash.js';
import { revisionClass } from '../../src/generate/write/revision-class.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { migrations } from '../../src/migrations/index.js';
import { scratchSourcesOf } from '../../src/scratch/scratch-sources.js';
import { parseSettings } from '../../src/settings.js';
import { readCatalog } from '../support/catalog.js';
import { eachDatabase } from '../support/databases.js';
import { postgresServer, urlOf } from '../support/servers.js';

const [INITIAL, ADMINS, ...OTHERS] = migrations;
const [FIRST, LAST] = [OTHERS[0], OTHERS.at(-1)!];

/** Made once: it is proved on both databases. */
let made: Promise<Squashed> | undefined;

eachDatabase('The history of this project with its last 15 revisions as one', function (database) {
  const newList = async () => {
    const dataSource = await database().connect();
    const settings = parseSettings({ SCRATCH_DATABASE_URL: urlOf(postgresServer()) });
    made ??= squash({
      dataSource,
      sources: scratchSourcesOf(dataSource),
      settings,
      range: `${FIRST.name}..${LAST.name}`,
      name: 'WorkersAndJobs',
      allowLocks: true,
    });
    const { id, part, replaces } = await made;
    return { id, list: [INITIAL, ADMINS, revisionClass(id, part, { replaces })] };
  };
  const connected = async () => {
    const { id, list } = await newList();
    return { id, dataSource: await database().connect({ migrations: list }) };
  };

  it('A database with none of them runs the one to the same schema, reverts it and runs it again', async () => {
    const { id, dataSource } = await connected();
    expect(id).to.have.length.below(40);
    const { done } = await migrateUp(dataSource);
    expect(done.map((step) => step.id)).to.deep.equal([INITIAL.name, ADMINS.name, id]);
    expect(await readStatus(dataSource)).to.deep.include({ current: id, pending: [], missing: [] });
    const here = await readCatalog(dataSource, database().target.dialect);
    await migrateDown(dataSource, { target: 'base' });
    await migrateUp(dataSource);
    expect(await readCatalog(dataSource, database().target.dialect)).to.deep.equal(here);
  });

  it('A database with all of them records the one', async () => {
    const { id, dataSource } = await connected();
    await migrateUp(await database().connect());
    const { done } = await migrateUp(dataSource);
    expect(done).to.have.length(1);
    expect(done[0]).to.deep.include({ id, stamped: true });
    expect(await readStatus(dataSource)).to.deep.include({
      current: id,
      pending: [],
      missing: [],
      edited: [],
    });
    await migrateDown(dataSource, { target: ADMINS.name });
    expect((await readStatus(dataSource)).applied.map((one) => one.id)).to.deep.equal([
      INITIAL.name,
      ADMINS.name,
    ]);
  });

  it('A database with some of them is refused, naming which', async () => {
    const { id, dataSource } = await connected();
    await migrateUp(await database().connect(), { target: OTHERS[1].name });
    const error = await migrateUp(dataSource).catch((cause: unknown) => cause);
    expect(error).to.deep.include({
      code: 'REVISION_PARTLY_REPLACED',
      revision: id,
      recorded: [FIRST.name, OTHERS[1].name],
      absent: OTHERS.slice(2).map(({ name }) => name),
    });
  });
});
