import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { LockLostError, LockUnavailableError, RevisionFailedError } from '../../src/errors/migration.js';
import { PostgresLock } from '../../src/databases/postgres/lock/lock.js';
import { TypeormSession } from '../../src/databases/typeorm-session.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { newDatabase, type ChainDatabase } from '../support/chain-database.js';
import { startHalfOpenProxy } from '../support/half-open-proxy.js';
import { onDatabase } from '../support/databases.js';
import {
  attemptsIn,
  expectFailure,
  formerState,
  holdingLock,
  only,
  onTarget,
  readable,
  recordsIn,
  runsIn,
  withClient,
} from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { lockHolder, locksOf } from '../support/locks.js';
import { serverVersion } from '../support/server-databases.js';
import { revision } from '../support/revisions.js';
import { tablesOf } from '../support/cli-database.js';
import { until } from '../support/until.js';

const GAUGES = revision(
  'MakeGauges1800000000331',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const LOST =
  'The connection with the migration lock ended, so another process may be migrating. ' +
  'The run was stopped; the revision that ran is not recorded. Run the command again.';

/** Neither ends before a test ends it. */
const SLEEP = 'SELECT pg_sleep(600)';

/** Outside a transaction it may take its time as well. */
class SleepOutside1800000000333 extends Revision {
  override readonly transaction = false;
  override readonly postgres: DialectStatements = { up: ['SELECT pg_sleep(0.9)'], down: [] };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

onDatabase('postgres', 'A migration lock whose connection ends (PostgreSQL)', (database) => {
  const chained = () => database() as unknown as ChainDatabase;

  async function endLock(): Promise<void> {
    const holder = await lockHolder(chained());
    await withClient(database().target, (client) =>
      client.query('SELECT pg_terminate_backend($1)', [holder]),
    );
    await until(async () => (await lockHolder(chained())) === undefined);
  }

  it('A waiter keeps the lock that it gets soon after it has asked for the holder', async () => {
    const locks = await Promise.all(
      ['holder', 'waiter'].map(async (identity) => {
        const dataSource = await database().connect(only());
        const session = new TypeormSession(dataSource.createQueryRunner());
        return new PostgresLock(session, 'kept', identity);
      }),
    );
    const [holder, waiter] = locks as [PostgresLock, PostgresLock];
    try {
      const first = await holder.tryAcquire();
      expect(await waiter.tryAcquire()).to.equal(undefined);
      expect(await waiter.describeHolder()).to.match(/^"holder", server process/);
      await first?.release();
      const held = await waiter.tryAcquire();
      // The question may take 3 s; its time is over while the lock is held.
      await pause(3500);
      expect(held?.lost.aborted).to.equal(false);
      expect(await held?.isAlive()).to.equal(true);
    } finally {
      for (const lock of locks) await lock.close();
    }
  });

  /** Runs it after GAUGES; the lock is lost, nothing of it stays, and the log reports it. */
  async function expectLoss(
    body: ReturnType<typeof handWritten>,
    meanwhile = () => Promise.resolve(),
  ): Promise<void> {
    await database().connectAtHead(only(GAUGES));
    const before = await formerState(database());
    const dataSource = await database().connect(only(GAUGES, body), { poolSize: 2 });
    const [failure] = await Promise.allSettled([
      expectFailure(migrateUp(dataSource), LockLostError, LOST),
      meanwhile(),
    ]);
    if (failure.status === 'rejected') throw failure.reason;
    expect(await formerState(database())).to.deep.equal(before);
    const attempts = await attemptsIn(database());
    expect(attempts.slice(1)).to.deep.equal([
      { revision: body.name, direction: 'up', kind: 'ran', outcome: 'failed', tries: 1, error: LOST },
    ]);
    expect((await runsIn(database())).at(-1)).to.include({ outcome: 'failed', error: LOST });
    expect(await locksOf(chained())).to.deep.equal([]);
  }

  it('A migration lock whose connection ends stops the run between two statements, and rolls back', async () => {
    let sent = 0;
    await expectLoss(
      handWritten('LoseBetween1800000000332', async (queryRunner) => {
        await queryRunner.query('CREATE TABLE half (id integer)');
        await endLock();
        for (sent = 1; sent < 1000; sent += 1) await queryRunner.query('SELECT 1');
      }),
    );
    expect(sent).to.be.below(1000);
  });

  it('A migration lock whose connection ends ends the statement that is running, and rolls back', async () => {
    const isSleeping = () =>
      withClient(database().target, async (client) => {
        const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
        return (await client.query(sql)).rowCount === 1;
      });
    await expectLoss(
      revision('LoseDuring1800000000332', ['CREATE TABLE half (id integer)', SLEEP], []),
      async () => {
        await until(isSleeping);
        await endLock();
      },
    );
    expect(await isSleeping()).to.equal(false);
  });

  it('A migration lock whose connection ends leaves nothing recorded when it ends just before the record', async () => {
    await expectLoss(
      handWritten('LoseAtLast1800000000332', async (queryRunner) => {
        await queryRunner.query('CREATE TABLE half (id integer)');
        await endLock();
      }),
    );
  });

  it('A migration lock whose connection ends leaves nothing recorded even without a report: the statement that records looks for itself', async () => {
    const front = await startHalfOpenProxy(database().target as PostgresTarget);
    const body = handWritten('LoseUnseen1800000000332', async (queryRunner: QueryRunner) => {
      await queryRunner.query('CREATE TABLE half (id integer)');
      front.deafen();
      await endLock();
      await queryRunner.query('SELECT 1');
    });
    try {
      await onTarget(front.target, { contents: only(GAUGES, body) }, (dataSource) =>
        expectFailure(migrateUp(dataSource), LockLostError, LOST),
      );
      expect(front.records).to.equal(1);
    } finally {
      await front.close();
    }
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000331']);
    expect(await tablesOf(database())).not.to.include('half');
    expect((await attemptsIn(database())).at(-1)).to.include({ outcome: 'failed', error: LOST });
  });

  it('A migration lock whose connection ends completes on the next run, with the same DataSource', async () => {
    let isFirst = true;
    const body = handWritten('LoseOnce1800000000332', async (queryRunner) => {
      await queryRunner.query('CREATE TABLE half (id integer)');
      if (isFirst) await endLock();
      isFirst = false;
    });
    const dataSource = await database().connect(only(GAUGES, body), { poolSize: 1 });
    await expectFailure(migrateUp(dataSource), LockLostError, LOST);
    expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal(['LoseOnce1800000000332']);
    expect(await tablesOf(database())).to.include('half');
  });
});

onDatabase('postgres', 'The migration lock and the settings of a server (PostgreSQL)', (database) => {
  /** For all sessions that begin after it. */
  async function setForAll(settings: Readonly<Record<string, string>>): Promise<void> {
    const { database: name, user } = database().target as PostgresTarget;
    await withClient(database().target, async (client) => {
      for (const [setting, value] of Object.entries(settings))
        await client.query(
          `ALTER ROLE ${user ?? 'CURRENT_USER'} IN DATABASE ${name} SET ${setting} = ${value}`,
        );
    });
  }

  const stayIdle = (between: number) =>
    handWritten('StayIdle1800000000332', async (queryRunner) => {
      await queryRunner.query('SELECT pg_sleep(0.9)');
      await pause(between);
    });

  it('The migration lock and the settings of a server outlasts time-outs of the role, which do not end a statement of a revision', async () => {
    await setForAll({ idle_in_transaction_session_timeout: "'500ms'", statement_timeout: "'500ms'" });
    const dataSource = await database().connect(only(GAUGES, stayIdle(0), SleepOutside1800000000333));
    expect((await migrateUp(dataSource)).done).to.have.length(3);
    const [row] = await dataSource.query<Record<string, string>[]>(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(row).to.deep.equal({ statement: '500ms', idle: '500ms' });
  });

  it("The migration lock and the settings of a server leaves the administrator's limit on idle transactions to the session that executes, and names it", async () => {
    await setForAll({ idle_in_transaction_session_timeout: "'300ms'" });
    const dataSource = await database().connect(only(GAUGES, stayIdle(900)));
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      'StayIdle1800000000332: up failed: terminating connection due to idle-in-transaction timeout. ' +
        'Its transaction was rolled back, the database is as it was before this revision. ' +
        'idle_in_transaction_session_timeout is set for the role, the database or the server. Make the revision shorter, ' +
        'or lift the limit for the role that migrates: ALTER ROLE <role> SET idle_in_transaction_session_timeout = 0; then run it again.',
    );
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000331']);
    expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
  });

  it("The migration lock and the settings of a server names the administrator's limit on idle sessions where it ends one between two tries", async () => {
    await migrateUp(await database().connect(only(GAUGES)));
    await setForAll({ idle_session_timeout: "'200ms'" });
    const alter = revision('AlterGauges1800000000334', ['ALTER TABLE gauges ADD n integer'], []);
    const dataSource = await database().connect(only(GAUGES, alter));
    await withClient(database().target, async (reader) => {
      await reader.query('SET idle_session_timeout = 0');
      await reader.query('BEGIN');
      await reader.query('SELECT FROM gauges');
      await expectFailure(
        migrateUp(dataSource, { lockTimeoutMs: 100 }),
        RevisionFailedError,
        'AlterGauges1800000000334: up failed: terminating connection due to idle-session timeout. ' +
          'Its transaction was rolled back, the database is as it was before this revision. ' +
          'idle_session_timeout is set for the role, the database or the server. Make the revision shorter, ' +
          'or lift the limit for the role that migrates: ALTER ROLE <role> SET idle_session_timeout = 0; then run it again.',
      );
    });
  });

  it("The migration lock and the settings of a server names the administrator's limit on transactions where it ends a revision outside of one", async function () {
    if ((await serverVersion()) < 170_000) this.skip();
    await setForAll({ transaction_timeout: "'300ms'" });
    const dataSource = await database().connect(only(GAUGES, SleepOutside1800000000333));
    await expectFailure(
      migrateUp(dataSource),
      RevisionFailedError,
      'SleepOutside1800000000333: up failed: terminating connection due to transaction timeout. ' +
        'It runs outside a transaction and is not recorded; part of it may be in the database. ' +
        'transaction_timeout is set for the role, the database or the server. Make the revision shorter, ' +
        'or lift the limit for the role that migrates: ALTER ROLE <role> SET transaction_timeout = 0; then run it again.',
    );
  });

  it('The migration lock and the settings of a server is refused where a server grants it to every session', async () => {
    // In this database alone, and in no other schema: ours names pg_catalog.
    await withClient(database().target, (client) =>
      client.query(
        `CREATE OR REPLACE FUNCTION pg_catalog.pg_try_advisory_xact_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
      ),
    );
    const before = await formerState(database());
    const dataSource = await database().connect(only(GAUGES));
    await expectFailure(
      migrateUp(dataSource),
      LockUnavailableError,
      'A second session got the advisory lock that the first one holds. Nothing was changed. ' +
        'Probably a pooler sends the statements of one session to several servers, to a standby for example: set DATABASE_DIRECT_URL to the address of the primary itself. ' +
        'If no pooler is in between, this server does not enforce advisory locks: migrations require PostgreSQL itself.',
    );
    expect(await formerState(database())).to.deep.equal(before);
    expect(await locksOf(database() as unknown as ChainDatabase)).to.deep.equal([]);
  });

  it('The migration lock and the settings of a server excludes no process from another database of the same server', async () => {
    const other = await newDatabase('postgres');
    try {
      const dataSource = await database().connect(only(GAUGES));
      const { done } = await holdingLock(readable(other.target), () =>
        migrateUp(dataSource, { lockWaitMs: 0 }),
      );
      expect(done).to.have.length(1);
    } finally {
      await other.remove();
    }
  });

  it('The migration lock and the settings of a server does not exclude a process that keeps another list of revisions', async () => {
    const dataSource = await database().connect(only(GAUGES));
    dataSource.setOptions({ migrationsTableName: 'other_migrations' });
    const { done } = await holdingLock(database(), () => migrateUp(dataSource, { lockWaitMs: 0 }));
    expect(done).to.have.length(1);
    expect(await tablesOf(database()))
      .to.include('other_migrations')
      .and.not.include('migrations');
  });
});
