import { expect } from 'chai';
import pg from 'pg';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { onConnection } from '../../src/migrator/connections.js';
import { readStatus } from '../../src/migrator/status.js';
import { expectFailure, only, onTarget } from '../support/failures.js';
import { StandbyConflictError } from '../../src/errors/connection.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';
import { urlOf } from '../support/servers.js';
import { startReplicatedPair, startStandby, type ReplicatedPair } from '../support/standby.js';
import { until, untilAsleep } from '../support/until.js';

const GAUGES = revision(
  'MakeGauges1800000000351',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);

describe('A standby with hot_standby = off', () => {
  it('A standby with hot_standby = off is reported with the code of the server and the remedies', async () => {
    const standby = await startStandby(() => Promise.resolve(), ['hot_standby=off']);
    try {
      const { host, port, database } = standby.target;
      const contents = { entities: [], migrations: [GAUGES] };
      const { code, stderr } = await runCommandHere(contents, urlOf(standby.target), ['status']);
      expect(stderr.replace(/\w+:\*\*\*@/, '')).to.equal(
        `error: Cannot connect to postgres://${host}:${port}/${database}: the server is a standby with hot_standby = off, which accepts no connections (57P03); connect to the primary, or set hot_standby = on on the standby and restart it.\n`,
      );
      expect(code).to.equal(1);
    } finally {
      await standby.stop();
    }
  });
});

describe('A standby that cancels a read', () => {
  let pair: ReplicatedPair;
  before(async () => {
    pair = await startReplicatedPair();
  });
  after(() => pair.stop());

  const on = async (target: PostgresTarget, ...statements: readonly string[]) => {
    const client = new pg.Client(clientConfig(target));
    await client.connect();
    for (const sql of statements) await client.query(sql);
    return client;
  };

  it('A standby that cancels a read of a command makes it fail with a code of its own and the remedies', async () => {
    await onTarget(pair.primary, { contents: only(GAUGES) }, (dataSource) => migrateUp(dataSource));
    await (
      await on(pair.standby, 'ALTER SYSTEM SET max_standby_streaming_delay = 0', 'SELECT pg_reload_conf()')
    ).end();
    await onTarget(pair.standby, { contents: only(GAUGES) }, async (dataSource) => {
      await until(async () => (await readStatus(dataSource).catch(() => undefined))?.pending.length === 0);
      const reading = onConnection(dataSource, (session) =>
        session.send(['SELECT FROM gauges', 'SELECT pg_sleep(30)']),
      );
      await untilAsleep((sql) => dataSource.query<readonly unknown[]>(sql));
      await (await on(pair.primary, 'BEGIN', 'LOCK TABLE gauges', 'COMMIT')).end();
      const { host, port, database } = pair.standby;
      await expectFailure(
        reading,
        StandbyConflictError,
        `postgres://${host}:${port}/${database} is a standby and has cancelled a statement, because a change of its primary conflicts with it: canceling statement due to conflict with recovery. User was holding a relation lock for too long (40001). Nothing was changed. ` +
          'Run the same command again, or on the primary. If it happens often, set hot_standby_feedback = on or a longer max_standby_streaming_delay on the standby.',
      );
    });
  });
});
