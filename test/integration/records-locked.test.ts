import { expect } from 'chai';
import { LockUnavailableError, MigrationAbortedError } from '../../src/errors/migration.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { systemClock } from '../../src/clock.js';
import { onDatabase } from '../support/databases.js';
import {
  failureOf,
  impatientClock,
  ofKind,
  only,
  onTarget,
  recordsIn,
  withClient,
} from '../support/failures.js';
import { ALTER, BOTH, GAUGES } from '../support/gauges.js';
import { startRestartablePostgres, type RestartablePostgres } from '../support/restartable-postgres.js';

const LIMIT_MS = 60_000;

onDatabase('postgres', 'Table of records that another session has locked (PostgreSQL)', (database) => {
  /** Runs beside a session that has written to the list of revisions, and has not committed. */
  async function beside<T>(use: (pid: number) => Promise<T>): Promise<T> {
    await database().connectAtHead(only(GAUGES));
    return withClient(database().target, async (client) => {
      await client.query("SET application_name = 'a-script'");
      await client.query('BEGIN');
      await client.query('LOCK TABLE migrations IN ROW EXCLUSIVE MODE');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return use(rows[0]?.pid ?? 0);
    });
  }

  it('names the session in each warning, and in the error when all tries are used up', async () => {
    const events: MigrationEvent[] = [];
    await beside(async (pid) => {
      const dataSource = await database().connect(only(GAUGES, ALTER));
      const onEvent = (event: MigrationEvent) => events.push(event);
      const failure = await failureOf(
        migrateUp(dataSource, { lockTries: 2, clock: impatientClock, onEvent }),
      );
      const holder = `Process ${pid} (a-script) holds ROW EXCLUSIVE on public.migrations, in a transaction since <time>. Wait until it ends, or end it: SELECT pg_terminate_backend(${pid});`;
      const why = 'canceling statement due to lock timeout';
      expect(failure).to.be.instanceOf(LockUnavailableError);
      expect(timeless(failure.message)).to.equal(
        `The run could not begin: ${why}. Nothing was changed. ${holder} Then run the same command again.`,
      );
      expect(ofKind(events, 'warning').map(({ message }) => timeless(message))).to.deep.equal([
        `the run cannot begin: ${why}; trying again in <n> ms. ${holder}`,
      ]);
    });
    expect(await recordsIn(database())).to.deep.equal([BOTH[0]]);
  }).timeout(LIMIT_MS);

  it('says that a signal has stopped the run, and not that a statement failed', async () => {
    await beside(async () => {
      const dataSource = await database().connect(only(GAUGES, ALTER));
      const stop = new AbortController();
      const reason = new MigrationAbortedError('SIGTERM');
      const failure = await failureOf(
        migrateUp(dataSource, {
          clock: systemClock,
          signal: stop.signal,
          onEvent: ({ kind }) => {
            if (kind === 'warning') stop.abort(reason);
          },
        }),
      );
      expect(failure).to.equal(reason);
    });
  }).timeout(LIMIT_MS);
});

describe('Synchronous standby that is gone (PostgreSQL)', () => {
  let server: RestartablePostgres;
  before(async () => {
    server = await startRestartablePostgres();
    await withClient(server.target, (client) =>
      client.query('ALTER ROLE CURRENT_USER SET synchronous_commit = on'),
    );
  });
  after(() => server.stop());

  const requireStandby = (name: string) =>
    withClient(server.target, async (client) => {
      await client.query("SET synchronous_commit = 'local'");
      await client.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
      await client.query('SELECT pg_reload_conf()');
    });

  it('keeps a run waiting, which says so, and goes on when the standby is not required any more', async () => {
    const warnings: string[] = [];
    await requireStandby('ghost');
    const { done } = await onTarget(server.target, { contents: only(GAUGES) }, (dataSource) =>
      migrateUp(dataSource, {
        onEvent: (event) => {
          if (event.kind !== 'warning') return;
          warnings.push(event.message);
          void requireStandby('');
        },
      }),
    );
    expect(done).to.have.length(1);
    expect(warnings).to.deep.equal([
      'the server has not answered the first statements of the run for 10 s, and the run goes on waiting. ' +
        'Where synchronous_standby_names names a standby that is gone, every COMMIT waits for it: see pg_stat_replication.',
    ]);
  }).timeout(LIMIT_MS);
});

function timeless(words: string): string {
  return words.replace(/since \d{4}-\S+Z/, 'since <time>').replace(/in \d+ ms/, 'in <n> ms');
}
