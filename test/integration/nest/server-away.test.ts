import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { systemClock } from '../../../src/clock.js';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { entities } from '../../../src/entities/index.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { applyOnStart } from '../../../src/nest/on-start.js';
import { Readiness } from '../../../src/nest/readiness.js';
import { DatabaseModule } from '../../../src/nest/database-module.js';
import { parseSettings } from '../../../src/settings.js';
import { onDatabase } from '../../support/databases.js';
import { startRestartablePostgres, type RestartablePostgres } from '../../support/restartable-postgres.js';
import { startSilencingFront, type SilencingFront } from '../../support/silencing-front.js';
import { until } from '../../support/until.js';

const SILENCE = () => undefined;
const SILENT = { status: 'down', reason: 'unreachable', details: ['no answer within 3000 ms'] };
const POOL_SIZE = 2;

function sourceOn(target: PostgresTarget): GuardedDataSource {
  const settings = { ...parseSettings({ DB_POOL_SIZE: String(POOL_SIZE) }), database: target };
  return createDataSource(settings, { entities, migrations, logger: new LineLogger('error', SILENCE) });
}

onDatabase('postgres', 'Readiness, where a server is gone and its connections are not closed', (database) => {
  let front: SilencingFront;
  let dataSource: GuardedDataSource;
  let readiness: Readiness;

  beforeEach(async () => {
    await database().connectAtHead();
    front = await startSilencingFront(database().target as PostgresTarget);
    dataSource = await sourceOn(front.target).initialize();
    readiness = new Readiness(dataSource, { driftCacheMs: 0, clock: systemClock });
  });

  afterEach(async () => {
    await dataSource.destroy();
    await front.close();
  });

  for (const look of ['live', 'ready'] as const)
    it(`is down (${look}) in 3 s, and comes back on new connections`, async () => {
      await fill(dataSource);
      front.silence();
      const began = Date.now();
      const looks = await Promise.all(Array.from({ length: POOL_SIZE }, () => readiness[look]()));
      expect(looks).to.deep.equal([SILENT, SILENT]);
      expect(Date.now() - began).to.be.within(2900, 6000);
      expect(await readiness[look]()).to.deep.equal({ status: 'up' });
      await fill(dataSource);
    });
});

/** Has every connection of the pool at work at once. */
async function fill(dataSource: GuardedDataSource): Promise<void> {
  await Promise.all(Array.from({ length: POOL_SIZE }, () => dataSource.query('SELECT pg_sleep(0.2)')));
}

describe('A start that waits, while the server goes away and comes back', () => {
  let server: RestartablePostgres;

  before(async () => (server = await startRestartablePostgres()));
  after(() => server.stop());

  it('goes on waiting, and says for what', async () => {
    const dataSource = await sourceOn(server.target).initialize();
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const waiting = applyOnStart(dataSource, { onStart: 'wait', waitMs: 50_000, clock: systemClock, log });
    const said = (words: string) => until(() => Promise.resolve(lines.some((line) => line.includes(words))));
    await said('pending');
    await server.halt('SIGINT');
    await said('the server answers again');
    await server.resume();
    await migrate(server.target);
    await waiting;
    await dataSource.destroy();
    const pending = `waiting until another process has applied ${migrations.length} pending revisions`;
    expect(lines[0]).to.equal(pending);
    expect(lines.at(-1)).to.equal('no pending revision');
    expect(lines).to.include('waiting until the server answers again: connection refused');
  });

  it('ends with what is wrong with the server where the time is over', async () => {
    const dataSource = await sourceOn(server.target).initialize();
    await server.halt('SIGINT');
    const options = { onStart: 'wait', waitMs: 1000, clock: systemClock, log: SILENCE } as const;
    const error = await applyOnStart(dataSource, options).catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.match(/ECONNREFUSED/);
    await dataSource.destroy();
    await server.resume();
  });
});

async function migrate(target: PostgresTarget): Promise<void> {
  const options = { dataSource: sourceOn(target), onStart: 'migrate' as const };
  const module = await Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger({ log: SILENCE, warn: SILENCE, error: SILENCE })
    .compile();
  await module.close();
}
