import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../src/clock.js';
import { OrchestratorDbError } from '../../src/errors/base.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { watchStatements } from '../../src/databases/statement-watch.js';
import { execute, onRawConnection } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import {
  attemptsIn,
  failureOf,
  formerState,
  impatientClock,
  ofKind,
  only,
  recordsIn,
} from '../support/failures.js';
import { ALTER, BOTH, GAUGES } from '../support/gauges.js';
import { handWritten } from '../support/hand-written.js';

/** An impatient clock that does something before each pause. */
function clockThat(beforePause: () => Promise<void>): Clock {
  return {
    ...impatientClock,
    pause: (ms, signal) => beforePause().then(() => impatientClock.pause(ms, signal)),
  };
}

onDatabase('sqlite', 'Another writer of the file that is migrated (SQLite)', (database) => {
  const SETTINGS = { busyTimeoutMs: 50 };

  /** Holds the write lock, as an application does in the middle of a transaction. */
  const writing = <T>(use: (stop: () => Promise<unknown>) => Promise<T>) =>
    onRawConnection(database(), async (query) => {
      await query('BEGIN IMMEDIATE');
      await query('UPDATE gauges SET reading = 12 WHERE id = 1');
      let isOver = false;
      const stop = () => (isOver ? Promise.resolve() : ((isOver = true), query('COMMIT')));
      return use(stop).finally(stop);
    });

  it('Another writer of the file that is migrated is released, and the revision succeeds when it is done', async () => {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, ALTER), SETTINGS);
    const events: MigrationEvent[] = [];
    const { done } = await writing(async (stop) => {
      let tries = 0;
      const clock = clockThat(async () => {
        tries += 1;
        if (tries === 3) await stop();
      });
      return migrateUp(dataSource, { clock, onEvent: (event) => events.push(event) });
    });
    expect(done.map(({ id }) => id)).to.deep.equal([BOTH[1]]);
    expect(await recordsIn(database())).to.deep.equal(BOTH);
    expect(await dataSource.query('SELECT * FROM gauges')).to.deep.equal([
      { id: 1, reading: 12, unit: null },
    ]);
  });

  it('Another writer of the file that is migrated that stays ends the run with its words, in the former state', async () => {
    await database().connectAtHead(only(GAUGES));
    const before = await formerState(database());
    const dataSource = await database().connect(only(GAUGES, ALTER), SETTINGS);
    const failure = await writing(() =>
      failureOf(migrateUp(dataSource, { lockTries: 3, clock: impatientClock })),
    );
    expect(failure).to.be.instanceOf(OrchestratorDbError);
    expect(failure.message).to.include('database is locked');
    await dataSource.query('UPDATE gauges SET reading = 11');
    expect(await formerState(database())).to.deep.equal(before);
    expect((await migrateUp(dataSource)).done).to.have.length(1);
  });

  /** Each try of a revision beside another connection that is in the way, and leaves after the second. */
  async function triesBeside(dataSource: DataSource, leave: () => Promise<unknown>) {
    const events: MigrationEvent[] = [];
    const retries = () => ofKind(events, 'retrying');
    let left: Promise<unknown> | undefined;
    const clock = clockThat(async () => {
      if (retries().length === 2) await (left ??= leave());
    });
    const { done } = await migrateUp(dataSource, { clock, onEvent: (event) => events.push(event) });
    expect(retries().map(({ reason }) => /database is locked/.test(reason))).to.deep.equal([true, true]);
    expect(done.map(({ id, tries }) => ({ id, tries }))).to.deep.equal([{ id: BOTH[1], tries: 3 }]);
    expect((await attemptsIn(database())).at(-1)).to.include({ outcome: 'done', tries: 3 });
  }

  it('Another writer of the file that is migrated that comes before a revision begins is waited for the whole busy time-out each time', async () => {
    await database().connectAtHead(only(GAUGES));
    const dataSource = await database().connect(only(GAUGES, ALTER), { busyTimeoutMs: 300 });
    await onRawConnection(database(), async (query) => {
      let came = 0;
      const stopWatching = watchStatements(dataSource.createQueryRunner(), async (sql, send) => {
        if (sql !== 'PRAGMA foreign_keys = OFF') return send();
        await query('BEGIN IMMEDIATE');
        came = performance.now();
        return send();
      });
      let waited = 0;
      await triesBeside(dataSource, () => {
        waited = performance.now() - came;
        return query('COMMIT');
      }).finally(stopWatching);
      expect(waited).to.be.within(2 * 300, 60_000);
    });
  });

  it('Another writer of the file that is migrated has to wait while a revision runs', async () => {
    await database().connectAtHead(only(GAUGES));
    const refused: string[] = [];
    const body = handWritten(BOTH[1]!, async (queryRunner) => {
      await execute(database(), ['PRAGMA busy_timeout = 0', 'BEGIN IMMEDIATE']).catch((error: unknown) =>
        refused.push(String(error)),
      );
      await queryRunner.query('ALTER TABLE gauges ADD COLUMN unit integer');
    });
    const { done } = await migrateUp(await database().connect(only(GAUGES, body), SETTINGS));
    expect(refused.join()).to.include('database is locked');
    expect(done[0]).to.include({ id: BOTH[1], tries: 1 });
  });
});
