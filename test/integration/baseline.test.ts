import { expect } from 'chai';
import { baseline, readLive } from '../../src/generate/squash/baseline.js';
import { revisionClass } from '../../src/generate/write/revision-class.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { migrations } from '../../src/migrations/index.js';
import { scratchSourcesOf } from '../../src/scratch/scratch-sources.js';
import { parseSettings } from '../../src/settings.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { postgresServer, urlOf } from '../support/servers.js';

const IDS = migrations.map(({ name }) => name);
const ONE = migrations[2];
const STAMP = (IDS.at(-1) ?? '').slice(-13);

eachDatabase('A baseline', (database) => {
  it('A baseline replaces all that the live database records, which then records it', async () => {
    const live = await database().connect();
    await migrateUp(live);
    const found = await readLive(live);
    expect(found.replaces).to.deep.equal([
      ...IDS.slice(0, 2),
      { id: ONE.name, replaces: ONE.replaces },
      ...IDS.slice(3),
    ]);
    const made = await baseline({
      sources: scratchSourcesOf(live, { revisions: false }),
      settings: parseSettings({ SCRATCH_DATABASE_URL: urlOf(postgresServer()) }),
      ...{ name: 'Begin', stamp: 1, live: found },
    });
    const [{ id, part }] = made.revisions as [(typeof made.revisions)[number]];
    expect(id).to.equal(`Begin${STAMP}`);
    const begin = revisionClass(id, part, { replaces: found.replaces });
    const dataSource = await database().connect({ migrations: [begin] });
    expect((await migrateUp(dataSource)).done).to.have.nested.property('[0].stamped', true);
    expect(await readStatus(dataSource)).to.deep.include({ current: id, pending: [], missing: [] });
  });

  it('A baseline is refused where the live database has not run all revisions, or differs from the entities', async () => {
    const live = await database().connect();
    await migrateUp(live, { target: IDS[0]! });
    const behind = await readLive(live).catch((error: unknown) => error as Error);
    expect(behind).to.have.property('code', 'BASELINE_REFUSED');
    expect(behind).to.have.property(
      'message',
      `This database has not run ${IDS.slice(1).join(', ')}. Nothing was written. Run: npm run -s db:up`,
    );
    await migrateUp(live);
    await execute(database(), ['DROP INDEX ix_jobs_created_at']);
    const drifted = await readLive(live).catch((error: unknown) => error as Error);
    expect(drifted).to.have.property('code', 'BASELINE_REFUSED');
    expect(drifted)
      .to.have.property('message')
      .that.matches(/^This database differs from the entities: .*ix_jobs_created_at.* Nothing was written\./);
  });
});
