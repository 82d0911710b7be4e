import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { ContractAwaitedError, ContractRefusedError } from '../../../src/errors/phases.js';
import { migrateDown, migrateUp, stampAt } from '../../../src/migrator/migrate.js';
import { readHistory } from '../../../src/migrator/run-history.js';
import { readStatus } from '../../../src/migrator/status.js';
import { rowsOf } from '../../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';
import { expectFailure, failureOf, recordsIn } from '../../support/failures.js';
import {
  AddDescr,
  beatOf,
  CONTRACT,
  DropTask,
  EXPAND,
  IndexTask,
  MAKE,
  MakeJobs,
  MakeNotes,
  NEW,
  NewJob,
  OLD,
  OTHER,
  TOUCHING,
} from '../../support/phased.js';

async function phasesIn(database: TestDatabase): Promise<readonly (readonly unknown[])[]> {
  const rows = await rowsOf(
    database,
    'SELECT "revision", "phase" FROM "migrations_phase" ORDER BY "revision"',
  );
  return rows.map(({ revision, phase }) => [revision, phase]);
}

async function formatIn(database: TestDatabase): Promise<number> {
  const [row] = await rowsOf(database, 'SELECT "format" FROM "migrations_run" ORDER BY "id" DESC LIMIT 1');
  return Number(row?.['format']);
}

eachDatabase('A contract revision', (database) => {
  it('A contract revision follows at once where no older release is connected, and both phases are recorded', async () => {
    const dataSource = await database().connect(NEW);
    const report = await migrateUp(dataSource);
    expect(report.done.map(({ id }) => id)).to.deep.equal([MAKE, EXPAND, CONTRACT]);
    expect(report.awaitingContract).to.equal(undefined);
    expect(await phasesIn(database())).to.deep.equal([
      [EXPAND, 'expand'],
      [CONTRACT, 'contract'],
    ]);
    await migrateUp(dataSource);
    await migrateDown(dataSource);
    expect(await formatIn(database())).to.equal(2);
    expect(await phasesIn(database())).to.deep.equal([[EXPAND, 'expand']]);
    expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([CONTRACT]);
  });

  it('A contract revision waits for a process of an older release, and up exits as if nothing were to be done', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: MAKE });
    const dataSource = await database().connect(NEW);
    const report = await migrateUp(dataSource);
    expect(report.done.map(({ id }) => id)).to.deep.equal([EXPAND]);
    expect(report.awaitingContract?.map(({ id }) => id)).to.deep.equal([CONTRACT]);
    expect(report.awaitingContract?.[0]?.reason).to.match(
      /^older releases are connected \(web-1 pid 71 at MakeJobs1800000000101, seen \d+ s ago\)$/,
    );
    const status = await readStatus(dataSource);
    expect(status.pending).to.deep.equal([]);
    expect(status.outOfOrder).to.deep.equal([]);
    expect(status.awaitingContract?.map(({ id }) => id)).to.deep.equal([CONTRACT]);
    await expectFailure(
      migrateUp(dataSource, { phases: 'contract' }),
      ContractRefusedError,
      /^DropTask1800000000103: this contract revision may not run yet: older releases are connected \(web-1 pid 71 at/,
    );
    await expectFailure(migrateUp(dataSource, { target: 'DropTask' }), ContractRefusedError, /^DropTask/);
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND]);
  });

  it('A contract revision does not wait for a process that has been silent for long, nor for one of its own release', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: MAKE, silent: 700 });
    await beatOf(database(), { head: CONTRACT, replica: 'r2' });
    const dataSource = await database().connect(NEW);
    expect((await migrateUp(dataSource, { releaseTimeoutMs: 800_000 })).awaitingContract).to.have.length(1);
    expect((await migrateUp(dataSource)).done.map(({ id }) => id)).to.deep.equal([CONTRACT]);
  });

  it('A contract revision is forced by an option, which is recorded', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: null });
    const dataSource = await database().connect(NEW);
    await migrateUp(dataSource, { allow: { forceContract: true } });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, CONTRACT]);
    expect((await readHistory(dataSource)).at(-1)?.allowed).to.deep.equal(['forceContract']);
  });

  it('A contract revision is not applied by the expand phase, and is the only one that the contract phase applies', async () => {
    const dataSource = await database().connect({ ...NEW, migrations: [...NEW.migrations, MakeNotes] });
    await expectFailure(
      migrateUp(dataSource, { phases: 'contract' }),
      ContractRefusedError,
      new RegExp(
        `^${CONTRACT}: this contract revision may not run yet: the revision ${MAKE} before it is pending`,
      ),
    );
    await migrateUp(dataSource, { phases: 'expand' });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, OTHER]);
    await migrateUp(dataSource, { phases: 'contract' });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, OTHER, CONTRACT]);
    expect((await readStatus(dataSource)).current).to.equal(OTHER);
    await migrateDown(dataSource, { target: '-2' });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND]);
  });

  it('A contract revision that waits is not overtaken by one that touches its objects', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: MAKE });
    const dataSource = await database().connect({
      entities: [NewJob],
      migrations: [MakeJobs, AddDescr, DropTask, MakeNotes, IndexTask],
    });
    await expectFailure(
      migrateUp(dataSource),
      ContractAwaitedError,
      new RegExp(`^${TOUCHING}: touches what the contract revision ${CONTRACT} still has to change`),
    );
    expect(await recordsIn(database())).to.deep.equal([MAKE]);
    await migrateUp(dataSource, { target: OTHER });
    expect(await recordsIn(database())).to.deep.equal([MAKE, EXPAND, OTHER]);
  });

  it('A contract revision waits a while for older releases, and follows when they are gone', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: MAKE });
    const dataSource = await database().connect(NEW);
    const other = await database().connect({ entities: [], migrations: [] });
    setTimeout(() => void other.query(`DELETE FROM "migrations_heartbeat" WHERE "replica" = 'r1'`), 1200);
    const report = await migrateUp(dataSource, { drainWaitMs: 20_000 });
    expect(report.done.map(({ id }) => id)).to.deep.equal([EXPAND, CONTRACT]);
  });

  it('A contract revision is refused with the list when older releases stay for longer than that', async () => {
    await migrateUp(await database().connect(OLD));
    await beatOf(database(), { head: MAKE });
    const dataSource = await database().connect(NEW);
    const error = await failureOf(migrateUp(dataSource, { drainWaitMs: 100 }));
    if (!(error instanceof ContractRefusedError)) throw error;
    expect(error.message).to.contain('--drain-wait');
    expect(error.older.map(({ id }) => id)).to.deep.equal(['r1']);
    expect(error.report?.done.map(({ id }) => id)).to.deep.equal([EXPAND]);
  });

  it('A stamp keeps what is recorded of phases right', async () => {
    const dataSource = await database().connect(NEW);
    await stampAt(dataSource, 'head');
    expect(await phasesIn(database())).to.deep.equal([
      [EXPAND, 'expand'],
      [CONTRACT, 'contract'],
    ]);
    await stampAt(dataSource, EXPAND);
    expect(await phasesIn(database())).to.deep.equal([[EXPAND, 'expand']]);
    await stampAt(dataSource, 'base');
    expect(await phasesIn(database())).to.deep.equal([]);
  });
});

eachDatabase('The schema between two releases', (database) => {
  it('The schema between two releases is in sync for both after expand, and for the new one after contract', async () => {
    const old = await database().connect(OLD);
    await migrateUp(old);
    const dataSource = await database().connect(NEW);
    await migrateUp(dataSource, { phases: 'expand' });
    const [ofOld, ofNew] = [await checkDrift(old), await checkDrift(dataSource)];
    expect([ofOld.status, ofOld.changes, ofOld.pending]).to.deep.equal(['in-sync', [], []]);
    expect([ofNew.status, ofNew.changes, ofNew.pending]).to.deep.equal(['in-sync', [], []]);
    expect(ofNew.awaitingContract).to.deep.equal([CONTRACT]);
    await migrateUp(dataSource, { phases: 'contract' });
    const after = await checkDrift(dataSource);
    expect([after.status, after.awaitingContract]).to.deep.equal(['in-sync', undefined]);
    expect((await checkDrift(old)).newerContract).to.equal(CONTRACT);
    await migrateDown(dataSource);
    expect((await checkDrift(old)).changes.map(({ object }) => object)).to.deep.equal(['task']);
  });

  it('The schema between two releases has no other difference than the recorded ones', async () => {
    const old = await database().connect(OLD);
    await migrateUp(old);
    await migrateUp(await database().connect(NEW), { phases: 'expand' });
    await old.query('ALTER TABLE "jobs" ADD COLUMN "stray" text');
    expect((await checkDrift(old)).changes.map(({ object }) => object)).to.deep.equal(['stray']);
  });
});
