import { expect } from 'chai';
import { LockUnavailableError, MigrationAbortedError } from '../../src/errors/migration.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { systemClock } from '../../src/clock.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, impatientClock, ofKind, only, recordsIn, withClient } from '../support/failures.js';
import { ALTER, BOTH, GAUGES } from '../support/gauges.js';

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

function timeless(words: string): string {
  return words.replace(/since \d{4}-\S+Z/, 'since <time>').replace(/in \d+ ms/, 'in <n> ms');
}
