import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../src/clock.js';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { ConnectError } from '../../../src/errors/base.js';
import { entities } from '../../../src/entities/index.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { applyOnStart } from '../../../src/nest/on-start.js';
import { Readiness } from '../../../src/nest/readiness.js';
import { parseSettings } from '../../../src/settings.js';
import { onDatabase } from '../../support/databases.js';
import { withRawClient } from '../../support/raw-postgres.js';
import { startRestartablePostgres, type RestartablePostgres } from '../../support/restartable-postgres.js';
import { startSilencingProxy, type SilencingProxy } from '../../support/silencing-proxy.js';
import { until } from '../../support/until.js';

const SILENCE = () => undefined;
const SILENT = { status: 'down', reason: 'unreachable', details: ['no answer within 3000 ms'] };
const OPTIONS = { driftCacheMs: 0, clock: systemClock, showDetails: 'always', log: SILENCE } as const;
const POOL_SIZE = 2;

function sourceOn(target: PostgresTarget): GuardedDataSource {
  const settings = { ...parseSettings({ DB_POOL_SIZE: String(POOL_SIZE) }), database: target };
  return createDataSource(settings, { entities, migrations, logger: new LineLogger('error', SILENCE) });
}

onDatabase('postgres', 'Readiness on a server that is gone without closing its connections', (database) => {
  let front: SilencingProxy;
  let dataSource: GuardedDataSource;
  let readiness: Readiness;

  beforeEach(async () => {
    await database().connectAtHead();
    front = await startSilencingProxy(database().target as PostgresTarget);
    dataSource = await sourceOn(front.target).initialize();
    readiness = new Readiness(dataSource, OPTIONS);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await front.close();
  });

  it('Readiness is down in 3 s, and up again on new connections', async () => {
    await fill(dataSource, 0.2);
    front.silence();
    const looks = await inThreeSeconds(() => Promise.all([readiness.ready(), readiness.ready()]));
    expect(looks).to.deep.equal([SILENT, SILENT]);
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    await fill(dataSource, 0.2);
  });

  it('Readiness and liveness are down in 3 s where new connections are silent too', async () => {
    front.vanish();
    expect(await inThreeSeconds(() => readiness.live())).to.deep.equal(SILENT);
    expect(await inThreeSeconds(() => readiness.ready())).to.deep.equal(SILENT);
    expect(await inThreeSeconds(() => readiness.ready())).to.deep.equal(SILENT);
  });

  it('Readiness reuses its last result while another drift check takes long', async () => {
    expect(await readiness.ready()).to.deep.equal({ status: 'up' });
    await withRawClient(database().target as PostgresTarget, async (client) => {
      await client.query('BEGIN; LOCK TABLE pg_description IN ACCESS EXCLUSIVE MODE');
      expect(await inThreeSeconds(() => readiness.ready())).to.deep.equal({ status: 'up' });
    });
  });
});

async function inThreeSeconds<T>(look: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const found = await look();
  expect(Date.now() - began).to.be.within(2900, 4900);
  return found;
}

/** Has every connection of the pool at work at once. */
async function fill(dataSource: GuardedDataSource, seconds: number): Promise<void> {
  const work = () => dataSource.query(`SELECT pg_sleep(${seconds})`);
  await Promise.all(Array.from({ length: POOL_SIZE }, work));
}

onDatabase('postgres', 'Liveness', (database) => {
  it('Liveness does not wait for a busy pool', async () => {
    const dataSource = await sourceOn(database().target as PostgresTarget).initialize();
    const readiness = new Readiness(dataSource, OPTIONS);
    const work = fill(dataSource, 1.5);
    const began = Date.now();
    expect(await readiness.live()).to.deep.equal({ status: 'up' });
    expect(Date.now() - began).to.be.below(1400);
    await work;
    await dataSource.destroy();
  });

  it('Liveness is up when the server reports too many connections', async () => {
    const user = `crowd_${randomBytes(4).toString('hex')}`;
    const target = database().target as PostgresTarget;
    const asAdmin = (sql: string) => withRawClient(target, (client) => client.query(sql));
    await asAdmin(`CREATE ROLE ${user} LOGIN PASSWORD 'crowd' CONNECTION LIMIT 1`);
    const dataSource = await sourceOn({ ...target, user, password: 'crowd' }).initialize();
    try {
      const readiness = new Readiness(dataSource, OPTIONS);
      const work = dataSource.query('SELECT pg_sleep(0.5)');
      expect(await readiness.live()).to.deep.equal({ status: 'up' });
      await work;
    } finally {
      await dataSource.destroy();
      await asAdmin(`DROP ROLE ${user}`);
    }
  });
});

describe('A start that waits while the server is away', () => {
  let server: RestartablePostgres;

  before(async () => (server = await startRestartablePostgres()));
  after(() => server.stop());

  it('The start continues to wait, and logs the reason', async () => {
    const dataSource = await sourceOn(server.target).initialize();
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const waiting = applyOnStart(dataSource, { onStart: 'wait', waitMs: 50_000, clock: systemClock, log });
    const logged = (words: string) =>
      until(() => Promise.resolve(lines.some((line) => line.includes(words))));
    await logged('pending');
    await server.halt('SIGINT');
    await logged('the server answers again');
    await server.resume();
    await migrate(server.target);
    await waiting;
    await dataSource.destroy();
    const pending = `waiting until another process has applied ${migrations.length} pending revisions`;
    expect(lines[0]).to.equal(pending);
    expect(lines.at(-1)).to.equal('no pending revision');
    expect(lines).to.include('waiting until the server answers again: connection refused');
  });

  it('The start fails with the error of the server at the limit', async () => {
    const dataSource = await sourceOn(server.target).initialize();
    await server.halt('SIGINT');
    const options = { onStart: 'wait', waitMs: 1000, clock: systemClock, log: SILENCE } as const;
    const error = await applyOnStart(dataSource, options).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConnectError);
    expect((error as Error).message).to.equal(
      `Cannot connect to ${server.target.shown}: connection refused.`,
    );
    await dataSource.destroy();
    await server.resume();
  });
});

async function migrate(target: PostgresTarget): Promise<void> {
  const dataSource = await sourceOn(target).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}
