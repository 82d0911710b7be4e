import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { createDataSource } from '../../../src/data-source.js';
import { LineLogger } from '../../../src/logger.js';
import {
  databaseHealthToken,
  DatabaseModule,
  type DatabaseModuleOptions,
} from '../../../src/nest/database-module.js';
import type { DatabaseHealthIndicator } from '../../../src/nest/health-indicator.js';
import { parseSettings } from '../../../src/settings.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { EVENT_TABLE, eventMonth, keptEvent } from '../../support/kept-event.js';
import { month, onClient, partOf } from '../../support/kept-world.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { until } from '../../support/until.js';

/** What an application logs of its database. */
function recorder() {
  const lines: string[] = [];
  const take = (words: unknown, place?: unknown) => {
    if (place === 'Database') lines.push(String(words));
  };
  return { lines, log: take, warn: take, error: take };
}

async function started(
  { target }: TestDatabase,
  options: Partial<DatabaseModuleOptions>,
  entities: readonly Function[] = [keptEvent()],
) {
  const logger = recorder();
  const dataSource = createDataSource(
    { ...parseSettings({}), database: target },
    { entities, migrations: [], heartbeat: false, logger: new LineLogger('error', () => undefined) },
  );
  const module = await Test.createTestingModule({
    imports: [DatabaseModule.forRoot({ dataSource, onStart: 'nothing', ...options })],
  })
    .setLogger(logger)
    .compile();
  const app = await module.init();
  return { app, lines: logger.lines, health: app.get<DatabaseHealthIndicator>(databaseHealthToken()) };
}

onDatabase('postgres', 'Partitions of a NestJS application', (database) => {
  const parts = async () =>
    (
      await rowsOf(
        database(),
        `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass ORDER BY 1`,
      )
    ).map(({ relname }) => String(relname));
  const kept = [partOf(0), partOf(1), partOf(2)];

  it('Of several applications that start at once, one keeps the partitions, and again after a while', async () => {
    await execute(database(), [EVENT_TABLE, eventMonth(month(-12))]);
    const apps = await Promise.all([1, 2, 3].map(() => started(database(), { keepPartitionsMs: 1000 })));
    await until(async () => (await parts()).join() === kept.join());
    const lines = apps.flatMap((one) => one.lines);
    expect(lines.filter((line) => line.includes('made the partitions'))).to.deep.equal([
      `default: made the partitions ${kept.join(', ')}`,
    ]);
    expect(lines.filter((line) => line.includes('dropped the partitions'))).to.deep.equal([
      `default: dropped the partitions ${partOf(-12)}`,
    ]);
    await execute(database(), [`DROP TABLE "${partOf(2)}"`]);
    await until(async () => (await parts()).join() === kept.join());
    for (const { app } of apps) await app.close();
  }).timeout(60_000);

  it('Without the option nothing is made', async () => {
    await execute(database(), [EVENT_TABLE]);
    const { app } = await started(database(), {});
    await app.close();
    expect(await parts()).to.deep.equal([]);
  });

  it('An application that is closed waits for the statement that runs, and makes no further partition', async () => {
    await execute(database(), [EVENT_TABLE]);
    await onClient(database().target as PostgresTarget, async (blocker) => {
      await blocker('BEGIN');
      await blocker('LOCK TABLE "event" IN SHARE UPDATE EXCLUSIVE MODE');
      const { app } = await started(database(), { keepPartitionsMs: 60_000 });
      const waits = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass`;
      await until(async () => (await rowsOf(database(), waits)).length > 0);
      const closed = app.close();
      await blocker('COMMIT');
      await closed;
    });
    expect(await parts()).to.deep.equal([partOf(0)]);
  }).timeout(60_000);

  it('What is refused is logged once', async () => {
    await execute(database(), [
      EVENT_TABLE,
      `CREATE TABLE "mine" PARTITION OF "event" FOR VALUES FROM ('${month(1)}-10') TO ('${month(1)}-20')`,
    ]);
    const { app, lines } = await started(database(), { keepPartitionsMs: 1000 });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await app.close();
    expect(lines.length).to.equal(1);
    expect(lines[0]).to.contain('would overlap the partition mine');
  }).timeout(60_000);

  it('Readiness warns while no partition is ahead, stays up, and says so once', async () => {
    await execute(database(), [EVENT_TABLE, eventMonth(month(0))]);
    const { app, health, lines } = await started(database(), { driftCacheMs: 0, showDetails: 'always' });
    const words = `event has no partition ahead: from ${month(1)}-01T00:00:00.000Z on, rows have none`;
    const up = { status: 'up', counts: { withoutPartitionAhead: 1 }, details: [words] };
    expect(await health.ready('database')).to.deep.equal({ database: up });
    expect(await health.ready('database')).to.deep.equal({ database: up });
    await execute(database(), [eventMonth(month(1))]);
    expect(await health.ready('database')).to.deep.equal({ database: { status: 'up' } });
    expect(lines).to.deep.equal([`default: ready, but: ${words}`, 'default: ready again']);
    await app.close();
  });
});

eachDatabase('The option keepPartitionsMs of a NestJS application', (database) => {
  it('An application without partitioned tables has nothing to keep', async () => {
    const { app, lines } = await started(database(), { keepPartitionsMs: 1000 }, []);
    await app.close();
    expect(lines).to.deep.equal([]);
  });

  it('A time below a second is refused', async () => {
    const refusal: unknown = await started(database(), { keepPartitionsMs: 999 }).catch(
      (error: unknown) => error,
    );
    expect(String(refusal)).to.contain(
      'keepPartitionsMs is 999; it takes a number of milliseconds from 1000 to 2147483647.',
    );
  });
});
