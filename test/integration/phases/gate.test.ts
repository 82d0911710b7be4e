import { expect } from 'chai';
import { systemClock } from '../../../src/clock.js';
import type { DataSourceContents } from '../../../src/data-source.js';
import { ContractRefusedError, ReleaseTooOldError } from '../../../src/errors/phases.js';
import { migrateUp, planMigration, type MigrateOptions } from '../../../src/migrator/migrate.js';
import { applyOnStart, type OnStart } from '../../../src/nest/on-start.js';
import { execute } from '../../support/cli-database.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { failureOf, recordsIn } from '../../support/failures.js';
import {
  AddDescr,
  beatOf,
  CONTRACT,
  DropTask,
  EXPAND,
  MAKE,
  MakeJobs,
  NEW,
  NewJob,
  OLD,
  phased,
  withOldHeartbeats,
} from '../../support/phased.js';
import { revision } from '../../support/revisions.js';

const NOTE_LOCK = `INSERT INTO "locks" ("held") SELECT EXISTS (SELECT FROM pg_locks
  WHERE pid = pg_backend_pid() AND relation = 'migrations_heartbeat'::regclass AND mode = 'ShareLock')`;
const WITHOUT = ['DROP TABLE "migrations_phase"', 'DROP TABLE "migrations_heartbeat"'];

async function withoutReleaseTables(database: TestDatabase): Promise<void> {
  const dataSource = await database.connect(OLD);
  await migrateUp(dataSource);
  for (const sql of WITHOUT) await dataSource.query(sql);
}

eachDatabase('The gate of a contract revision', (database) => {
  it('The gate of a contract revision is read again before its first statement', async () => {
    await migrateUp(await database().connect(OLD));
    const Beating = revision(
      EXPAND,
      [
        'ALTER TABLE "jobs" ADD COLUMN "descr" text',
        `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid") VALUES ('r1', '${MAKE}', '1.2.3', 'web-1', 71)`,
      ],
      [],
    );
    const dataSource = await database().connect({
      entities: [NewJob],
      migrations: [MakeJobs, Beating, DropTask],
    });
    const error = await failureOf(migrateUp(dataSource));
    if (!(error instanceof ContractRefusedError)) throw error;
    expect(error.older.map(({ id }) => id)).to.deep.equal(['r1']);
    expect(error.report?.done.map(({ id }) => id)).to.deep.equal([EXPAND]);
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND]);
    await dataSource.query('SELECT "task" FROM "jobs"');
  });

  it('The gate of a contract revision lets two runs at once apply each revision once', async () => {
    await migrateUp(await database().connect(OLD));
    const sources = [await database().connect(NEW), await database().connect(NEW)];
    const reports = await Promise.all(sources.map((dataSource) => migrateUp(dataSource)));
    expect(reports.flatMap(({ done }) => done.map(({ id }) => id))).to.deep.equal([EXPAND, CONTRACT]);
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, CONTRACT]);
  });

  it('The gate of a contract revision is found by the next run where a process was killed after expand', async () => {
    await migrateUp(await database().connect(NEW), { target: EXPAND });
    const report = await migrateUp(await database().connect(NEW));
    expect(report.done.map(({ id }) => id)).to.deep.equal([CONTRACT]);
  });

  it('The gate of a contract revision is not passed at once where a log of an earlier version gets the table of heartbeats', async () => {
    await withoutReleaseTables(database());
    const dataSource = await database().connect(NEW);
    const report = await migrateUp(dataSource);
    const isServer = database().dialect === 'postgres';
    expect(report.done.map(({ id }) => id)).to.deep.equal(isServer ? [EXPAND] : [EXPAND, CONTRACT]);
    expect(report.awaitingContract?.[0]?.reason).to.equal(
      isServer
        ? 'the table of heartbeats is not a minute old on a database that had revisions before, so older processes may not have written to it yet'
        : undefined,
    );
    expect((await migrateUp(dataSource)).done).to.deep.equal([]);
  });
});

/** In the words of the reason. */
const EMPTIED =
  'the table of heartbeats has lost its rows, so older processes may be connected that have not written to it again yet: "up" waits until a minute after it notices that';

onDatabase('postgres', 'A table of heartbeats that has lost its rows', (database) => {
  const waiting = async (options: MigrateOptions = {}) => {
    const report = await migrateUp(await database().connect(NEW), options);
    return [report.done.map(({ id }) => id), report.awaitingContract?.map(({ reason }) => reason)];
  };
  for (const lost of [
    'TRUNCATE "migrations_heartbeat"',
    `DELETE FROM "migrations_heartbeat" WHERE "replica" = ''`,
  ])
    it(`A table of heartbeats that has lost its rows holds back contract for a minute from when up notices that: ${lost}`, async () => {
      await migrateUp(await database().connect(OLD));
      await execute(database(), [lost]);
      const plan = await planMigration(await database().connect(NEW), 'up');
      expect(plan.awaiting?.map(({ reason }) => reason)).to.deep.equal([EMPTIED]);
      const [done, [young] = []] = await waiting();
      expect(done).to.deep.equal([EXPAND]);
      expect(young).to.match(/^the table of heartbeats is not a minute old/);
      expect(await waiting()).to.deep.equal([[], [young]]);
      await withOldHeartbeats(database());
      expect(await waiting()).to.deep.equal([[CONTRACT], undefined]);
    });

  it('A table of heartbeats that has lost its rows is noticed as well where contract alone is pending', async () => {
    await migrateUp(await database().connect(NEW), { phases: 'expand' });
    await execute(database(), ['TRUNCATE "migrations_heartbeat"']);
    const error = await failureOf(migrateUp(await database().connect(NEW), { phases: 'contract' }));
    expect(error).to.be.instanceOf(ContractRefusedError);
    expect(error.message).to.contain(EMPTIED);
    await withOldHeartbeats(database());
    expect(await waiting()).to.deep.equal([[CONTRACT], undefined]);
  });
});

onDatabase('postgres', 'The lock on heartbeats', (database) => {
  it('The lock on heartbeats is taken by the first contract revision of a group alone', async () => {
    const noting = (name: string, proof: string) =>
      Object.assign(phased(revision(name, [NOTE_LOCK], []), 'contract', []), { proof });
    const dataSource = await database().connect({
      entities: [],
      migrations: [
        revision(MAKE, ['CREATE TABLE "locks" ("id" serial, "held" boolean)'], []),
        ...[noting('First1800000000102', 'one'), noting('Second1800000000103', 'one')],
        ...[
          noting('Other1800000000104', 'two'),
          noting('Alone1800000000105', ''),
          noting('Apart1800000000106', ''),
        ],
      ],
    });
    await migrateUp(dataSource);
    const rows: readonly { readonly held: boolean }[] = await dataSource.query(
      'SELECT "held" FROM "locks" ORDER BY "id"',
    );
    expect(rows.map(({ held }) => held)).to.deep.equal([true, false, true, true, true]);
  });

  it('The lock on heartbeats keeps a process that begins waiting until contract has ended', async () => {
    const SlowDrop = phased(
      revision(CONTRACT, ['SELECT pg_sleep(1.5)', 'ALTER TABLE "jobs" DROP COLUMN "task"'], []),
      'contract',
      [],
    );
    await migrateUp(await database().connect(OLD));
    const dataSource = await database().connect({
      entities: [NewJob],
      migrations: [MakeJobs, AddDescr, SlowDrop],
    });
    let beaten: Promise<readonly string[]> | undefined;
    await migrateUp(dataSource, {
      onEvent: (event) => {
        if (event.kind === 'statement' && event.revision === CONTRACT && event.number === 1)
          beaten ??= beatOf(database(), { head: MAKE }).then(() => recordsIn(database()));
      },
    });
    expect(await beaten).to.deep.equal([MAKE, EXPAND, CONTRACT]);
  });
});

eachDatabase('The start of a release', (database) => {
  const start = async (contents: Partial<DataSourceContents>, onStart: OnStart, contract?: boolean) => {
    const lines: string[] = [];
    const dataSource = await database().connect(contents);
    const options = { onStart, waitMs: 500, clock: systemClock, log: (line: string) => lines.push(line) };
    await applyOnStart(dataSource, contract === undefined ? options : { ...options, contract });
    return lines;
  };

  it('The start of a release applies no contract revision unless asked, and suits an older release after expand', async () => {
    await start(OLD, 'migrate');
    expect(await start(NEW, 'migrate')).to.deep.equal([`applied ${EXPAND}`]);
    for (const onStart of ['check', 'wait', 'migrate'] as const) {
      await start(OLD, onStart);
      await start(NEW, onStart);
    }
    expect(await start(NEW, 'migrate', true)).to.deep.equal([`applied ${CONTRACT}`]);
    for (const onStart of ['check', 'wait', 'migrate'] as const) {
      const error = await failureOf(start(OLD, onStart));
      expect(error).to.be.instanceOf(ReleaseTooOldError);
      expect(error.message).to.match(
        new RegExp(
          `this release \\(${MAKE}\\) is older than the applied contract revision ${CONTRACT}, which removed`,
        ),
      );
    }
  });

  it('The start of a release applies all revisions on a new database', async () => {
    expect(await start(NEW, 'migrate')).to.deep.equal([MAKE, EXPAND, CONTRACT].map((id) => `applied ${id}`));
  });
});
