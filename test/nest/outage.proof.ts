import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresTarget } from '../../src/database-url.js';
import { buildExample, startReplica, submitJob, type Answer, type Replica } from '../support/example.js';
import { withRawClient } from '../support/raw-postgres.js';
import { rowsOn, tell } from '../support/replicas.js';
import { startRestartablePostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { urlOf } from '../support/servers.js';
import { until } from '../support/until.js';

const AWAY_MS = 10_000;
const POOL_SIZE = 5;
const CONNECTED = `SELECT pid FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()`;
const WAITING = `SELECT pid FROM pg_stat_activity WHERE datname = 'postgres' AND wait_event_type = 'Lock'`;

interface Seen {
  up: number;
  down: number;
}

describe('A database that is away for 10 s while the application runs', () => {
  let server: RestartablePostgres;
  let app: Replica;

  before(async () => {
    buildExample();
    server = await startRestartablePostgres();
    app = startReplica({ DATABASE_URL: urlOf(server.target), DB_POOL_SIZE: String(POOL_SIZE) });
    await app.listening;
  });

  after(async () => {
    app.signal('SIGKILL');
    await server.stop();
  });

  it('An outage sets readiness to down and up again, without a crash, a rejection or a left connection', async () => {
    const load = startLoad(app);
    await until(() => Promise.resolve(load.seen.up > 20));
    await server.halt('SIGINT');
    const downAfter = await timed(async () => (await ready(app)).status === 503);
    const away = await whileAway(app);
    await server.resume();
    const upAfter = await timed(async () => (await ready(app)).status === 200);
    await until(() => Promise.resolve(load.seen.down > 0));
    const before = load.seen.up;
    await until(() => Promise.resolve(load.seen.up > before + 20));
    await load.stop();
    const usable = await usableConnections(app, server.target);
    expect(usable).to.equal(POOL_SIZE);
    expect(app.output).not.to.match(/unhandled/i);
    tell(
      `readiness down after ${downAfter} ms, up ${upAfter} ms after the server; ${away} looks while it was away`,
    );
    tell(
      `requests answered ${load.seen.up}, refused ${load.seen.down}; connections that work afterwards ${usable} of ${POOL_SIZE}`,
    );
    expect(await app.stop(), app.output).to.equal(null);
    expect(await rowsOn(server.target, CONNECTED)).to.deep.equal([]);
  });
});

function ready(app: Replica): Promise<Answer> {
  return app.call('GET', '/health/ready');
}

/** Asks for 10 s: live and ready are down the whole time, and say why. */
async function whileAway(app: Replica): Promise<number> {
  const end = Date.now() + AWAY_MS;
  let looks = 0;
  for (; Date.now() < end; looks += 1) {
    const { status, body } = await ready(app);
    expect(status).to.equal(503);
    expect(body).to.nested.include({ 'error.database.reason': 'unreachable' });
    expect((await app.call('GET', '/health/live')).status).to.equal(503);
    await pause(250);
  }
  return looks;
}

/** How many requests wait for a lock at once: each takes a connection, and one that is leaked is none's. */
async function usableConnections(app: Replica, target: PostgresTarget): Promise<number> {
  await app.call('POST', '/workers', { body: { workerId: 'w-1' } });
  return withRawClient(target, async (client) => {
    await client.query('BEGIN; LOCK TABLE "workers" IN ACCESS EXCLUSIVE MODE');
    const pauses = Array.from({ length: POOL_SIZE }, () =>
      app.call('POST', '/workers/w-1/pause', { body: {} }),
    );
    const waiting = async () => (await rowsOn(target, WAITING)).length;
    await until(async () => (await waiting()) === POOL_SIZE);
    const count = await waiting();
    await client.query('COMMIT');
    for (const { status } of await Promise.all(pauses)) expect(status).to.equal(200);
    return count;
  });
}

/** Jobs, one after the other on four lines; every answer is a job or a problem document. */
function startLoad(app: Replica): { readonly seen: Seen; stop(): Promise<void> } {
  const seen: Seen = { up: 0, down: 0 };
  let isOver = false;
  const line = async () => {
    while (!isOver) {
      const { status, type, body } = await submitJob(app, crypto.randomUUID(), {
        taskDescription: 'Under load',
      });
      if (status === 201) seen.up += 1;
      else {
        expect({ type, body }).to.nested.include({ type: 'application/problem+json', 'body.status': 503 });
        seen.down += 1;
      }
      await pause(20);
    }
  };
  const lines = Promise.all([line(), line(), line(), line()]);
  return {
    seen,
    stop: async () => {
      isOver = true;
      await lines;
    },
  };
}

async function timed(isSo: () => Promise<boolean>): Promise<number> {
  const began = Date.now();
  await until(isSo);
  return Date.now() - began;
}
