import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { systemClock, type Clock } from '../../src/clock.js';
import type { PostgresTarget } from '../../src/database-url.js';
import type { Line } from '../../src/databases/line.js';
import { ServerSilentError } from '../../src/errors/connection.js';
import { LockWaitError, MigrationAbortedError } from '../../src/errors/migration.js';
import { postgresMigration } from '../../src/databases/postgres/migration.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Watchdog } from '../../src/migrator/watchdog.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, holdingLock, only, onTarget, withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { startSilencingProxy, type SilencingProxy } from '../support/silencing-proxy.js';
import { until } from '../support/until.js';
import { postgresPlace } from '../../src/databases/postgres/connection.js';
import { TypeormSession } from '../../src/databases/typeorm-session.js';

/** Fifty times as fast as this machine's. */
const FAST = 50;
const fastClock: Clock = {
  now: () => systemClock.now() * FAST,
  pause: (ms, signal) => systemClock.pause(ms / FAST, signal),
};
const MADE = revision('MakeFull1800000000380', ['CREATE TABLE full_ (id integer)'], ['DROP TABLE full_']);
const SLOW = revision(
  'SleepLong1800000000381',
  ['CREATE TABLE half (id integer)', 'SELECT pg_sleep(600)'],
  [],
);
/** How long a process that is asked to end may take. */
const SIGNAL_MS = 10_000;

onDatabase('postgres', 'A server that has become silent (PostgreSQL)', (database) => {
  let front: SilencingProxy;
  beforeEach(async () => {
    front = await startSilencingProxy(database().target as PostgresTarget);
  });
  afterEach(() => front.close());

  const sleeping = () =>
    withClient(database().target, async (client) => {
      const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      return (await client.query<{ pid: number }>(sql)).rows;
    });
  const isSleeping = async () => (await sleeping()).length === 1;

  /** Runs a statement without end under a watchdog whose time is fast; `meanwhile` is what happens to it. */
  async function watched(
    target: PostgresTarget,
    meanwhile: (line: Line) => Promise<unknown>,
  ): Promise<Promise<unknown>> {
    return onTarget(target, { contents: only() }, async (dataSource) => {
      const queryRunner = dataSource.createQueryRunner();
      const line = await lineTo(queryRunner);
      const watchdog = newWatchdog(dataSource, line);
      const run = watchdog.during(() => queryRunner.query('SELECT pg_sleep(600)'));
      const [outcome] = await Promise.allSettled([run, until(isSleeping).then(() => meanwhile(line))]);
      await queryRunner.release();
      return watchdog.silence.aborted ? (watchdog.silence.reason as unknown) : outcome;
    });
  }

  async function lineTo(queryRunner: QueryRunner): Promise<Line> {
    const line = await postgresMigration.line(new TypeormSession(queryRunner));
    const [session] = (await queryRunner.query(
      'SELECT pg_backend_pid() AS pid, pg_postmaster_start_time()::text AS "upSince"',
    )) as NonNullable<Line['session']>[];
    if (!line || !session) throw new Error('there is no line');
    line.session = session;
    return line;
  }

  function newWatchdog(dataSource: DataSource, line: Line): Watchdog {
    const probe = (of: Line) => postgresMigration.probe(postgresPlace(dataSource), of);
    const watchdog = new Watchdog({ clock: fastClock, database: 'postgres://host/orders', probe });
    watchdog.watch(line);
    return watchdog;
  }

  const silent = async (work: Promise<unknown>): Promise<string> => {
    const error = await work;
    expect(error).to.be.instanceOf(ServerSilentError);
    return (error as Error).message;
  };

  it('A server that has become silent is given up when a new connection gets no answer either, naming what to do', async () => {
    const message = await silent(
      watched(front.target, () => {
        front.vanish();
        return Promise.resolve();
      }),
    );
    expect(message).to.match(
      /^postgres:\/\/host\/orders has not answered for \d+ s\. The server answers neither on the open connection nor on a new one\. The run was given up\. The server rolls back the statement that ran when it notices that this client is gone; earlier revisions stay applied\. Check the network and the server, then run the same command again\.$/,
    );
  });

  it('A server that has become silent is given up when only the open connection is dead and its session has ended', async () => {
    const message = await silent(
      watched(front.target, async () => {
        front.silence();
        // A server that works is waited for, however long it takes.
        await sleep((60_000 / FAST) * 2);
        const [session] = await sleeping();
        await withClient(database().target, (client) =>
          client.query('SELECT pg_terminate_backend($1)', [session?.pid]),
        );
      }),
    );
    expect(message).to.include('no longer works on the statement that this client waits for');
  });

  it('A server that has become silent is waited for while it works on a statement, also when it has no connection to spare', async () => {
    const target = database().target as PostgresTarget;
    const limited = { ...target, user: `limited_${target.database}`, password: 'secret' };
    await withClient(target, (client) =>
      client.query(`CREATE ROLE ${limited.user} LOGIN PASSWORD 'secret' CONNECTION LIMIT 1`),
    );
    try {
      const outcome = await watched(limited, async () => {
        await sleep((60_000 / FAST) * 2);
        const [session] = await sleeping();
        await withClient(target, (client) => client.query('SELECT pg_cancel_backend($1)', [session?.pid]));
      });
      expect((outcome as PromiseRejectedResult).reason).to.match(/canceling statement due to user request/);
    } finally {
      await withClient(target, (client) => client.query(`DROP ROLE ${limited.user}`));
    }
  });

  for (const [title, fall] of [
    ['the open connections are dead', (way: SilencingProxy) => way.silence()],
    ['new connections get no answer either', (way: SilencingProxy) => way.vanish()],
  ] as const)
    it(`A server that has become silent keeps a waiter at most 5 s longer than it is to wait, where ${title}`, async () => {
      await onTarget(database().target, { contents: only(MADE) }, (dataSource) => migrateUp(dataSource));
      await holdingLock(database(), () =>
        onTarget(front.target, { contents: only(MADE, SLOW) }, async (dataSource) => {
          const begun = performance.now();
          const onEvent = ({ kind }: MigrationEvent) => {
            if (kind === 'waiting') fall(front);
          };
          const failure = await failureOf(migrateUp(dataSource, { lockWaitMs: 4000, onEvent }));
          expect(failure).to.be.instanceOf(LockWaitError);
          // Who it was when the server answered last.
          expect(failure.message).to.match(/^Another process is migrating this database: "somebody else"/);
          expect(performance.now() - begun).to.be.within(4000, 4000 + 5000 + 2000);
        }),
      );
    });

  it('A server that has become silent does not keep a run that is asked to end for longer than 10 s', async () => {
    const stop = new AbortController();
    await onTarget(front.target, { contents: only(SLOW) }, async (dataSource) => {
      const failure = failureOf(migrateUp(dataSource, { signal: stop.signal }));
      await until(isSleeping);
      front.vanish();
      const asked = performance.now();
      stop.abort(new MigrationAbortedError('SIGTERM'));
      expect(await failure).to.be.instanceOf(MigrationAbortedError);
      expect(performance.now() - asked).to.be.below(SIGNAL_MS);
    });
  });
});
