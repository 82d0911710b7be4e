import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { guard } from '../../../src/guard.js';
import { LineLogger } from '../../../src/logger.js';
import { DatabaseModule, type DatabaseModuleOptions } from '../../../src/nest/database-module.js';
import { parseSettings } from '../../../src/settings.js';
import { beatsIn, GAUGES } from '../../support/beats.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';

const silence = () => undefined;
const SILENT = { log: silence, warn: silence, error: silence };
const OWN = { entities: [], migrations: [GAUGES] };

function sourceOn(
  { target }: TestDatabase,
  contents: { readonly heartbeat?: false } = {},
): GuardedDataSource {
  const logger = new LineLogger('error', silence);
  return createDataSource({ ...parseSettings({}), database: target }, { ...OWN, ...contents, logger });
}

/** Of the class of TypeORM, as another project has it. */
function plainSource(database: TestDatabase): GuardedDataSource {
  const { options } = sourceOn(database);
  return guard(new DataSource(options)) as unknown as GuardedDataSource;
}

async function started(options: DatabaseModuleOptions) {
  const module = await Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger(SILENT)
    .compile();
  return (await module.init()).enableShutdownHooks();
}

eachDatabase('The heartbeat of a NestJS application', (database) => {
  const observer = async () => {
    const seen = await database().connect({ ...OWN, heartbeat: false });
    await seen.runMigrations();
    return seen;
  };

  it('The application has a heartbeat from its start until it is closed', async () => {
    const seen = await observer();
    const app = await started({ dataSource: sourceOn(database()) });
    expect(await beatsIn(seen)).to.have.length(1);
    await app.close();
    expect(await beatsIn(seen)).to.deep.equal([]);
  });

  it('An application on a DataSource of TypeORM has one as well, which ends with it', async () => {
    const seen = await observer();
    const app = await started({ dataSource: plainSource(database()) });
    expect((await beatsIn(seen)).map(({ head }) => head)).to.deep.equal(['MakeGauges1800000000501']);
    await app.close();
    expect(await beatsIn(seen)).to.deep.equal([]);
  });

  it('An application whose DataSource has heartbeat: false has none', async () => {
    const seen = await observer();
    const app = await started({ dataSource: sourceOn(database(), { heartbeat: false }) });
    expect(await beatsIn(seen)).to.deep.equal([]);
    await app.close();
  });

  it('The first heartbeat comes before the check of the start, and is deleted when that refuses', async () => {
    const seen = await observer();
    const dataSource = sourceOn(database());
    await seen.query('DELETE FROM "migrations"');
    const initialize = dataSource.initialize.bind(dataSource);
    let beats = 0;
    dataSource.initialize = async () => {
      await initialize();
      beats = (await beatsIn(seen)).length;
      return dataSource;
    };
    const refusal: unknown = await started({ dataSource }).catch((error: unknown) => error);
    expect(refusal).to.have.property('code', 'START_REFUSED');
    expect(beats).to.equal(1);
    expect(await beatsIn(seen)).to.deep.equal([]);
  });
});
