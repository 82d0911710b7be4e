import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { systemClock } from '../../src/clock.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { withClient } from '../support/failures.js';
import { Gauge } from '../support/gauge-entity.js';
import { urlOf } from '../support/servers.js';
import { startReplicatedPair, type ReplicatedPair } from '../support/standby.js';
import { until } from '../support/until.js';

describe('A replica that is stopped', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  let dataSource: GuardedDataSource;
  before(async () => {
    pair = await startReplicatedPair();
    await ask(
      pair.primary,
      'CREATE TABLE gauges (id integer CONSTRAINT pk_gauges PRIMARY KEY, level integer NOT NULL)',
    );
    const env = {
      DATABASE_URL: urlOf(pair.primary),
      DATABASE_REPLICA_URLS: urlOf(pair.standby),
      DB_STATEMENT_TIMEOUT_MS: '200',
      DB_CONNECT_TIMEOUT_MS: '1000',
    };
    const logger = new LineLogger('error', () => undefined);
    dataSource = createDataSource(parseSettings(env), { entities: [Gauge], migrations: [], logger });
    await dataSource.initialize();
  });
  after(async () => {
    await dataSource.destroy();
    await pair.stop();
  });

  const ask = (target: PostgresTarget, sql: string) =>
    withClient(target, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  /** The server with all its sessions. */
  async function processesOf(target: PostgresTarget): Promise<readonly string[]> {
    const [row] = await ask(target, `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
    const server = String(row?.['pid']);
    const sessions = execFileSync('ps', ['-o', 'pid=', '--ppid', server], { encoding: 'utf8' });
    return [server, ...sessions.trim().split(/\s+/)];
  }

  it('A replica that is stopped ends a read 3 s after the limit of a statement, and the next one goes to the primary', async () => {
    await until(async () => (await dataSource.manager.find(Gauge).catch(() => undefined)) !== undefined);
    const processes = await processesOf(pair.standby);
    execFileSync('kill', ['-STOP', ...processes]);
    try {
      const read = dataSource.manager.find(Gauge).catch((error: unknown) => error);
      const failure: unknown = await Promise.race([read, systemClock.pause(10_000)]);
      expect(failure).to.have.property(
        'message',
        `127.0.0.1:${pair.standby.port} has not answered for 3200 ms`,
      );
      expect(await dataSource.manager.find(Gauge)).to.deep.equal([]);
    } finally {
      execFileSync('kill', ['-CONT', ...processes]);
    }
  });
});
