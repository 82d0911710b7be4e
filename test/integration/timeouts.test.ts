import { expect } from 'chai';
import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { RevisionFailedError } from '../../src/errors/migration.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import { onDatabase } from '../support/databases.js';
import {
  attemptsIn,
  expectFailure,
  failureOf,
  formerState,
  impatientClock,
  ofKind,
  only,
  PATIENCE_MS,
  recordsIn,
  withClient,
} from '../support/failures.js';
import { ALTER, BOTH, GAUGES } from '../support/gauges.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';
import { until } from '../support/until.js';

onDatabase('postgres', 'A long reader of a table that is altered (PostgreSQL)', (database) => {
  const GAVE_WAY = 'canceling statement due to lock timeout';
  let reader: pg.Client;
  beforeEach(async () => {
    await database().connectAtHead(only(GAUGES));
    reader = new pg.Client(clientConfig(database().target as PostgresTarget));
    // The database goes before it does.
    reader.on('error', () => undefined);
    await reader.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT * FROM gauges');
  });
  afterEach(() => reader.end().catch(() => undefined));

  const readOnce = () =>
    withClient(database().target, async (client) => {
      const began = performance.now();
      await client.query('SELECT * FROM gauges');
      return performance.now() - began;
    });

  const isQueued = () =>
    withClient(database().target, async (client) => {
      const sql = `SELECT FROM pg_locks WHERE relation = 'gauges'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted`;
      return (await client.query(sql)).rowCount === 1;
    });

  it('A long reader of a table that is altered is released in time, so that those behind go on, and the revision succeeds when it is gone', async () => {
    const dataSource = await database().connect(only(GAUGES, ALTER));
    const events: MigrationEvent[] = [];
    const run = migrateUp(dataSource, { lockTimeoutMs: 300, onEvent: (event) => events.push(event) });
    const waits: number[] = [];
    for (const tries of [1, 2]) {
      await until(isQueued);
      waits.push(await readOnce());
      await until(() => Promise.resolve(ofKind(events, 'retrying').length >= tries));
      expect(await recordsIn(database())).to.deep.equal([BOTH[0]]);
    }
    await reader.query('COMMIT');
    const { done } = await run;
    const retries = ofKind(events, 'retrying');
    expect(
      waits.every((ms) => ms < 2000),
      `they waited ${waits.join(' and ')} ms`,
    ).to.equal(true);
    expect(done).to.have.length(1);
    expect(done[0]).to.include({ id: BOTH[1], tries: retries.length + 1 });
    expect(retries.map(({ tries, reason, revision: id }) => [tries, reason, id])).to.deep.equal(
      retries.map((_retry, index) => [index + 1, GAVE_WAY, BOTH[1]]),
    );
    expect((await attemptsIn(database())).at(-1)).to.include({ outcome: 'done', tries: retries.length + 1 });
  });

  it('A long reader of a table that is altered pauses longer from try to try, never alike', async () => {
    const dataSource = await database().connect(only(GAUGES, ALTER));
    const pauses: number[] = [];
    const clock = {
      ...impatientClock,
      pause: (ms: number, signal?: AbortSignal) => {
        if (ms === PATIENCE_MS) return impatientClock.pause(ms, signal);
        pauses.push(ms);
        return impatientClock.pause(1, signal);
      },
    };
    await failureOf(migrateUp(dataSource, { lockTimeoutMs: 1, lockTries: 5, clock }));
    const [first = 0, second = 0, third = 0, fourth = 0] = pauses;
    expect(pauses).to.have.length(4);
    expect([
      first >= 250,
      first <= 750,
      second >= 500,
      second <= 1500,
      third >= 1000,
      fourth >= 2000,
    ]).not.to.include(false);
  });

  it('A long reader of a table that is altered ends the run when all tries are used up, in the former state and with the tries in the log', async () => {
    const before = await formerState(database());
    const dataSource = await database().connect(only(GAUGES, ALTER), { poolSize: 1 });
    await expectFailure(
      migrateUp(dataSource, { lockTimeoutMs: 100, lockTries: 3, clock: impatientClock }),
      RevisionFailedError,
      `AddUnit1800000000352: up failed: ${GAVE_WAY}. ` +
        'Its transaction was rolled back: the database is as it was before this revision. Fix the cause, then run the command again.',
    );
    expect(await formerState(database())).to.deep.equal(before);
    expect((await attemptsIn(database())).slice(1)).to.deep.equal([
      { revision: BOTH[1], direction: 'up', kind: 'ran', outcome: 'failed', tries: 3, error: GAVE_WAY },
    ]);
    await reader.query('COMMIT');
    expect((await migrateUp(dataSource)).done).to.have.length(1);
    expect(await recordsIn(database())).to.deep.equal(BOTH);
  });

  it('A long reader of a table that is altered is waited for as long as the revision itself specifies', async () => {
    class Patient1800000000352 extends Revision {
      override readonly lockTimeoutMs = 350;
      override readonly postgres: DialectStatements = {
        up: ['ALTER TABLE gauges ADD COLUMN unit integer'],
        down: [],
      };
      override readonly sqlite: DialectStatements = { up: [], down: [] };
    }
    const dataSource = await database().connect(only(GAUGES, Patient1800000000352));
    const began = performance.now();
    await failureOf(migrateUp(dataSource, { lockTimeoutMs: 5, lockTries: 1 }));
    expect(performance.now() - began).to.be.at.least(350);
  });

  it('A long reader of a table that is altered does not make a revision that runs too long one that is rolled back: a statement time-out is final', async () => {
    const slow = revision(
      'ReadSlowly1800000000352',
      ['CREATE TABLE half (id integer)', 'SELECT pg_sleep(600)'],
      [],
    );
    const before = await formerState(database());
    const dataSource = await database().connect(only(GAUGES, slow));
    await expectFailure(
      migrateUp(dataSource, { statementTimeoutMs: 150 }),
      RevisionFailedError,
      /^ReadSlowly1800000000352: up failed: canceling statement due to statement timeout\. Its transaction was rolled back/,
    );
    expect(await formerState(database())).to.deep.equal(before);
    expect((await attemptsIn(database())).at(-1)).to.include({ tries: 1, outcome: 'failed' });
  });

  it('A long reader of a table that is altered is tried again when PostgreSQL ends a deadlock at its expense', async () => {
    await reader.query('ROLLBACK; BEGIN; CREATE TABLE other (id integer); COMMIT; BEGIN; LOCK TABLE other');
    let tries = 0;
    let theirs: Promise<unknown> = Promise.resolve();
    const body = handWritten('CrossLocks1800000000352', async (queryRunner) => {
      tries += 1;
      await queryRunner.query(`SET LOCAL deadlock_timeout = '${tries === 1 ? '50ms' : '10s'}'`);
      await queryRunner.query('LOCK TABLE gauges');
      if (tries === 1) theirs = reader.query('LOCK TABLE gauges; COMMIT');
      await queryRunner.query('LOCK TABLE other');
    });
    const dataSource = await database().connect(only(GAUGES, body));
    await reader.query(`SET deadlock_timeout = '60s'`);
    const { done } = await migrateUp(dataSource, { lockTimeoutMs: 10_000, clock: impatientClock });
    await theirs;
    expect(tries).to.equal(2);
    expect(done[0]).to.include({ tries: 2 });
  });
});
