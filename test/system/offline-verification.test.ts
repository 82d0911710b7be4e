import { expect } from 'chai';
import { RevisionEditedError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { runOffline } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';

const ID = 'MakeOne1800000000321';
const MADE = {
  entities: [],
  migrations: [revision(ID, ['CREATE TABLE "one" ("id" integer)'], ['DROP TABLE "one"'])],
};
const EDITED = {
  entities: [],
  migrations: [revision(ID, ['CREATE TABLE "one" ("id" bigint)'], ['DROP TABLE "one"'])],
};

eachDatabase('What an offline script has run', (database) => {
  it('What an offline script has run is verified by its checksum, and dated, as what is run online', async () => {
    const began = Date.now();
    await runOffline(database(), MADE, { direction: 'up' });
    const ended = Date.now();
    const { applied } = await readStatus(await database().connect(MADE));
    expect(applied.map(({ id, verification }) => ({ id, verification }))).to.deep.equal([
      { id: ID, verification: 'verified' },
    ]);
    const at = Date.parse(applied[0]?.appliedAt ?? '');
    // Milliseconds of the database may be rounded up.
    expect(at).to.be.within(began, ended + 1);
  });

  it('What an offline script has run is known to be edited when its text changes afterwards', async () => {
    await runOffline(database(), MADE, { direction: 'up' });
    const dataSource = await database().connect(EDITED);
    const { applied, edited } = await readStatus(dataSource);
    expect([applied[0]?.verification, edited]).to.deep.equal(['edited', [ID]]);
    const error: unknown = await migrateUp(dataSource).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RevisionEditedError);
  });

  it('What an offline script has run is in the log, with what it was planned to be, and ended', async () => {
    await runOffline(database(), MADE, { direction: 'up' });
    await runOffline(database(), MADE, { direction: 'down', target: 'base' });
    const runs = await readHistory(await database().connect(MADE));
    const told = runs.map(({ direction, outcome, planned, host, attempts }) => ({
      ...{ direction, outcome, planned, host },
      attempts: attempts.map(({ revision: id, kind, outcome: end, durationMs, tries }) => ({
        ...{ id, kind, end, durationMs, tries },
      })),
    }));
    const attempt = { id: ID, kind: 'ran', end: 'done', durationMs: null, tries: 1 };
    const run = { outcome: 'completed', planned: [ID], host: 'offline script', attempts: [attempt] };
    expect(told).to.deep.equal([
      { direction: 'up', ...run },
      { direction: 'down', ...run },
    ]);
  });
});
