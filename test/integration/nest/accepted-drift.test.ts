import { Test, type TestingModule } from '@nestjs/testing';
import { expect } from 'chai';
import { createDataSource } from '../../../src/data-source.js';
import { acceptedText } from '../../../src/drift/accepted/accepted-file.js';
import { differencesOf } from '../../../src/drift/accepted/accepted-difference.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { entities } from '../../../src/entities/index.js';
import { AcceptedDriftInvalidError } from '../../../src/errors/accepted-drift.js';
import { DatabaseOptionError, StartRefusedError } from '../../../src/errors/start.js';
import { LineLogger } from '../../../src/logger.js';
import { Migrator } from '../../../src/migrator-api.js';
import { migrations } from '../../../src/migrations/index.js';
import { DatabaseModule, type DatabaseModuleOptions } from '../../../src/nest/database-module.js';
import { DatabaseHealthIndicator } from '../../../src/nest/health-indicator.js';
import { parseSettings } from '../../../src/settings.js';
import { acceptedPlace } from '../../support/accepted-file.js';
import { execute } from '../../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';

const DRIFT = ['DROP INDEX ix_jobs_status', 'ALTER TABLE workers ADD COLUMN extra integer'];
const STALE = 'add-index jobs.ix_jobs_status: the database has no such difference';

type Given = Partial<DatabaseModuleOptions>;

/** An application, and what it has logged. */
async function started(database: TestDatabase, given: Given) {
  const logged: string[] = [];
  const log = (words: unknown) => void logged.push(String(words));
  const logger = new LineLogger('error', () => undefined);
  const settings = { ...parseSettings({}), database: database.target };
  const dataSource = createDataSource(settings, { entities, migrations, logger });
  const module: TestingModule = await Test.createTestingModule({
    imports: [DatabaseModule.forRoot({ dataSource, driftCacheMs: 0, ...given })],
  })
    .setLogger({ log, warn: log, error: () => undefined })
    .compile();
  return { app: await module.init(), logged };
}

async function refusal(database: TestDatabase, given: Given): Promise<unknown> {
  try {
    await (await started(database, given)).app.close();
  } catch (error) {
    return error;
  }
  throw new Error('It started.');
}

eachDatabase('A NestJS application with accepted differences', (database) => {
  const place = acceptedPlace();

  /** Accepts the differences in the file. */
  async function accepted(): Promise<string> {
    const dataSource = await database().connectAtHead();
    await execute(database(), DRIFT);
    const { changes, dialect } = await checkDrift(dataSource);
    const all = changes.flatMap((change) => differencesOf(change, dialect));
    await place().put(acceptedText(all.map((difference) => ({ ...difference, reason: 'kept' }))));
    return place().path;
  }

  it('A NestJS application starts and is ready on a database whose differences are accepted', async () => {
    const acceptedDrift = await accepted();
    expect(await refusal(database(), {})).to.be.instanceOf(StartRefusedError);
    const content = JSON.parse((await place().text()) ?? '') as object;
    for (const source of [acceptedDrift, content]) {
      const { app, logged } = await started(database(), { acceptedDrift: source });
      expect(await app.get(DatabaseHealthIndicator).ready('db')).to.deep.equal({ db: { status: 'up' } });
      expect(logged).to.include(
        'default: schema in sync with the entities (7 tables), 2 accepted difference(s)',
      );
      await app.close();
    }
  });

  it('A NestJS application refuses a difference that is not accepted, at the start and in readiness', async () => {
    const acceptedDrift = await accepted();
    const { app } = await started(database(), { acceptedDrift });
    await execute(database(), ['DROP INDEX ix_workers_status']);
    expect(await app.get(DatabaseHealthIndicator).ready('db')).to.deep.equal({
      db: { status: 'down', reason: 'drift', counts: { differences: 1, uncomparable: 0 } },
    });
    await app.close();
    const error = await refusal(database(), { acceptedDrift });
    expect(error).to.be.instanceOf(StartRefusedError);
    expect((error as StartRefusedError).report[0]).to.equal(
      '1 difference in 1 table, 2 accepted differences',
    );
  });

  it('A NestJS application starts and is ready on a repaired database, and warns of the entry', async () => {
    const acceptedDrift = await accepted();
    await execute(database(), ['CREATE INDEX ix_jobs_status ON jobs (status)']);
    for (const onStart of ['check', 'nothing'] as const) {
      const { app, logged } = await started(database(), { acceptedDrift, onStart });
      const health = app.get(DatabaseHealthIndicator);
      for (const status of ['up', 'up']) expect(await health.ready('db')).to.deep.equal({ db: { status } });
      const warnings = logged.filter((line) => line.includes(STALE));
      expect(warnings).to.deep.equal(
        Array.from({ length: onStart === 'check' ? 2 : 1 }, () => `default: ${acceptedDrift}: ${STALE}`),
      );
      await app.close();
    }
  });

  it('A NestJS application does not start with a file of accepted differences that is wrong or missing', async () => {
    await database().connectAtHead();
    const given = { acceptedDrift: place().path };
    expect(String(await refusal(database(), given))).to.contain('the file does not exist');
    await place().put({ version: 1, accepted: [{}] });
    expect(await refusal(database(), given)).to.be.instanceOf(AcceptedDriftInvalidError);
    const wrong = await refusal(database(), { acceptedDrift: '' });
    expect(wrong).to.be.instanceOf(DatabaseOptionError);
    expect((wrong as DatabaseOptionError).message).to.equal(
      "DatabaseModule: acceptedDrift is ''; it takes a path, or the content of the file.",
    );
  });

  it('Accepted differences are an option of checkDrift and of the check of a migrator', async () => {
    const path = await accepted();
    const dataSource = await database().connect();
    for (const report of [
      await checkDrift(dataSource, { accepted: path }),
      await new Migrator(dataSource).check({ accepted: path }),
    ]) {
      expect([report.status, report.changes.length, report.accepted.length]).to.deep.equal(['in-sync', 0, 2]);
      expect(report.accepted.map(({ reason }) => reason)).to.deep.equal(['kept', 'kept']);
    }
  });
});
