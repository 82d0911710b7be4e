import { expect } from 'chai';
import type { GuardedDataSource } from '../../src/data-source.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { TableLockedError } from '../../src/errors/table-locked.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp, planMigration, stampAt } from '../../src/migrator/migrate.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { onRawConnection } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, formerState, ofKind, only } from '../support/failures.js';
import { GAUGES } from '../support/gauges.js';
import { revision } from '../support/revisions.js';

const DIALS = revision('MakeDials1800000000982', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

const READS: readonly (readonly [title: string, run: (dataSource: GuardedDataSource) => Promise<unknown>])[] =
  [
    ['status', readStatus],
    ['up --plan', (dataSource) => planMigration(dataSource, 'up')],
    ['up with --lock-wait 0', (dataSource) => migrateUp(dataSource, { lockWaitMs: 0 })],
    ['stamp with --lock-wait 0', (dataSource) => stampAt(dataSource, 'head', { lockWaitMs: 0 })],
  ];

onDatabase('postgres', 'A table that another session has locked (PostgreSQL)', (database) => {
  const locking = <T>(table: string, use: (stop: () => Promise<unknown>) => Promise<T>) =>
    onRawConnection(database(), async (query) => {
      await query("SET application_name = 'nightly copy'");
      await query('BEGIN');
      await query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      let isOver = false;
      const stop = () => (isOver ? Promise.resolve() : ((isOver = true), query('COMMIT')));
      return use(stop).finally(stop);
    });
  const short = () => ({ database: { ...database().target, options: '-c lock_timeout=200ms' } as never });
  const words = (table: string, limit: string) =>
    new RegExp(
      `: a read waited ${limit} for a locked table and gave up\\. Process \\d+ \\(nightly copy\\) holds ACCESS EXCLUSIVE on public\\.${table}, ` +
        `in a transaction since \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z\\. Wait until it ends, or end it: SELECT pg_terminate_backend\\(\\d+\\); Then run the same command again\\.$`,
    );

  for (const [title, run] of READS)
    it(`A table that another session has locked is named by ${title}, with the session, after the session's own limit`, async () => {
      await database().connectAtHead(only(GAUGES));
      const before = await formerState(database());
      const dataSource = await database().connect(only(GAUGES, DIALS), short());
      const failure = await locking('migrations', () => failureOf(run(dataSource)));
      expect(failure).to.be.instanceOf(TableLockedError);
      expect(failure.message).to.match(words('migrations', '200ms'));
      expect(await formerState(database())).to.deep.equal(before);
    });

  it('A table that another session has locked is named by history, and by check', async () => {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, DIALS), short());
    const ofHistory = await locking('migrations_run', () => failureOf(readHistory(dataSource)));
    expect(ofHistory.message).to.match(words('migrations_run', '200ms'));
    const ofCheck = await locking('migrations', () => failureOf(checkDrift(dataSource)));
    expect(ofCheck.message).to.match(words('migrations', '200ms'));
  });

  it('A table that another session has locked is waited for at most ten seconds where the session has no limit', async function () {
    this.timeout(40_000);
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, DIALS));
    const failure = await locking('migrations', () => failureOf(readStatus(dataSource)));
    expect(failure.message).to.match(words('migrations', '10s'));
  });

  it('A table that another session has locked is waited for by up, which reports it and runs when it is free', async () => {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, DIALS), short());
    const events: MigrationEvent[] = [];
    const { done } = await locking('migrations', (stop) =>
      migrateUp(dataSource, {
        onEvent: (event) => {
          events.push(event);
          void stop();
        },
      }),
    );
    expect(done.map(({ id }) => id)).to.deep.equal(['MakeDials1800000000982']);
    expect(ofKind(events, 'warning')[0]?.message).to.include('nightly copy').and.include('Trying again.');
  });
});
