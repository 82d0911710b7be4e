import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { RevisionFailedError } from '../../src/errors/migration.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { execute, onRawConnection, rowsOf } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { LOOSE, treeOf } from '../support/parted-history.js';
import { PARTED } from '../support/parted-revisions.js';
import { dataSourceFile, runCommand, startProcess } from '../support/processes.js';
import { until, untilLocked } from '../support/until.js';

const CONTENTS = { entities: [], migrations: [...PARTED] };
const WHOLE = [{ valid: true, count: 4 }];
const EACH = 'MakeEach1800000000603';
const HALF = 'MakeUnique1800000000602';

/** Two rows that the constraint forbids, in the second part. */
const TWINS = 'INSERT INTO "part" VALUES (150, 150)';
const NO_TWINS = 'DELETE FROM "part_1" WHERE ctid = (SELECT max(ctid) FROM "part_1" WHERE "id" = 150)';

/** All but the statement that is tested is done. */
async function prepared(database: TestDatabase): Promise<void> {
  await migrateUp(await database.connect(CONTENTS), { target: HALF });
}

/** Runs something while another session has a lock as if it had written into the second part. */
function whileWritten<T>(
  database: TestDatabase,
  use: (release: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  return onRawConnection(database, async (query) => {
    await query('BEGIN');
    await query('LOCK TABLE ONLY "part_1" IN ROW EXCLUSIVE MODE');
    return use(() => query('ROLLBACK'));
  });
}

onDatabase('postgres', 'A statement for each partition', (database) => {
  it('It is run on every partition, each in its turn, and reverted', async () => {
    const dataSource = await database().connect(CONTENTS);
    const events: MigrationEvent[] = [];
    await migrateUp(dataSource, { onEvent: (event) => void events.push(event) });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
    expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
    const own = events.flatMap((event) =>
      event.kind === 'statement' && event.revision === EACH ? [[event.number, event.of]] : [],
    );
    // The query, three statements for each partition, and the query again.
    expect(own).to.deep.equal(Array.from({ length: 11 }, (_, at) => [at + 1, null]));
    await migrateDown(dataSource, { target: 'base' });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal([{ valid: null, count: 0 }]);
  });

  it('Rows of one partition that violate it are named by it, nothing of it is left there, and the next run completes', async () => {
    await prepared(database());
    await execute(database(), [TWINS]);
    const dataSource = await database().connect(CONTENTS);
    const error: unknown = await migrateUp(dataSource).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RevisionFailedError);
    expect((error as Error).message).to.contain('could not create unique index "uq_part_part_1"');
    expect(await rowsOf(database(), LOOSE)).to.deep.equal([{ name: 'uq_part' }]);
    await execute(database(), [NO_TWINS]);
    await migrateUp(dataSource);
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
  });

  it('A process that is killed while it builds the index of the second partition is completed by the next one', async () => {
    await prepared(database());
    const command = {
      script: 'orchestrator-db',
      args: ['up', ...dataSourceFile('parted-data-source')],
      env: { DATABASE_URL: database().url },
    } as const;
    const locked = (sql: string) => rowsOf(database(), sql);
    await whileWritten(database(), async () => {
      const running = startProcess(command);
      await untilLocked(locked);
      running.kill();
      expect((await running.ended).signal).to.equal('SIGKILL');
    });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal([{ valid: false, count: 2 }]);
    // The server notices that the client is gone, and leaves what it was building.
    await until(async () => (await rowsOf(database(), LOOSE)).length === 2 && (await idle(database())));
    const { code, stderr } = await runCommand(command);
    expect({ code, stderr }).to.deep.include({ code: 0 });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
    expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
  }).timeout(60_000);

  it('What others wait behind waits briefly for its lock, and is tried again by itself', async () => {
    await prepared(database());
    const dataSource = await database().connect(CONTENTS);
    const retries: string[] = [];
    await execute(database(), ['CREATE UNIQUE INDEX "uq_part_part_0" ON "part_0" ("id", "kind")']);
    await onRawConnection(database(), async (query) => {
      await query('BEGIN');
      await query('SELECT FROM "part_0"');
      await migrateUp(dataSource, {
        lockTimeoutMs: 150,
        onEvent: (event) => {
          if (event.kind !== 'retrying') return;
          retries.push(event.reason);
          void query('ROLLBACK');
        },
      });
    });
    expect(retries).to.deep.equal(['canceling statement due to lock timeout']);
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
  });

  it('A partition that is made meanwhile has the index, and that of the table is valid', async () => {
    await prepared(database());
    const dataSource = await database().connect(CONTENTS);
    await whileWritten(database(), async (release) => {
      const running = migrateUp(dataSource);
      await untilLocked((sql) => rowsOf(database(), sql));
      await execute(database(), [
        'CREATE TABLE "part_3" PARTITION OF "part" FOR VALUES FROM (300) TO (400)',
        'INSERT INTO "part" VALUES (300, 1)',
      ]);
      await release();
      await running;
    });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal([{ valid: true, count: 5 }]);
  });

  it('A partition that is dropped meanwhile leaves an index that is not valid, and the error says what to do', async () => {
    await prepared(database());
    const dataSource = await database().connect(CONTENTS);
    await execute(database(), [
      'ALTER TABLE "part_0" ADD CONSTRAINT "u0" UNIQUE ("id", "kind")',
      'ALTER TABLE "part_1" ADD CONSTRAINT "u1" UNIQUE ("id", "kind")',
      'ALTER INDEX "uq_part" ATTACH PARTITION "u0"',
      'ALTER INDEX "uq_part" ATTACH PARTITION "u1"',
      'DROP TABLE "part_2"',
    ]);
    const error: unknown = await migrateUp(dataSource).catch((reason: unknown) => reason);
    expect((error as Error).message).to.contain(
      'The index uq_part is not valid, although each partition has its own. A partition was detached or dropped meanwhile, or is a foreign table. Revert the revision before this one, then run up again.',
    );
    await migrateDown(dataSource, { target: '-1' });
    await migrateUp(dataSource);
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal([{ valid: true, count: 3 }]);
  });

  it('psql does the same with a script, which stops at rows that violate it and completes then', async () => {
    await prepared(database());
    await execute(database(), [TWINS]);
    const options = { direction: 'up', target: `${HALF}..head` } as const;
    const stderr = await stoppedScript(database(), await scriptFor(database(), CONTENTS, options));
    expect(stderr).to.contain('could not create unique index "uq_part_part_1"');
    await execute(database(), [NO_TWINS]);
    await runOffline(database(), CONTENTS, options);
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
    expect(await rowsOf(database(), LOOSE)).to.deep.equal([]);
    await runOffline(database(), CONTENTS, { direction: 'down', target: 'head..base' });
    await runOffline(database(), CONTENTS, { direction: 'up' });
    expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
  });
});

/** Whether no other session of a client runs anything there. */
async function idle(database: TestDatabase): Promise<boolean> {
  await pause(20);
  const busy = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state <> 'idle'`;
  return (await rowsOf(database, busy)).length === 0;
}
