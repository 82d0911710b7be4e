import { expect } from 'chai';
import type { DataSource, EntityManager } from 'typeorm';
import { Job, JobStatus, Worker, WorkerStatus } from '../../src/entities/index.js';
import { seedDevelopment } from '../../src/seeds/development.js';
import { onDatabase } from '../support/databases.js';
import { connectWithSubscribers, loaded, transitionsOf, workerOf } from '../support/transitions.js';
import { until } from '../support/until.js';

/** Takes the first job that no worker has or is about to take. */
async function takeJob(manager: EntityManager): Promise<string | null> {
  const job = await manager.findOne(Job, {
    where: { status: JobStatus.PENDING },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
  });
  if (job) await manager.save(Object.assign(job, { status: JobStatus.RUNNING, statusReason: 'taken' }));
  return job && job.jobId;
}

onDatabase('postgres', 'State transitions of transactions at the same time (PostgreSQL)', (database) => {
  /** Until a session waits for the lock of another one. */
  const untilWaiting = (dataSource: DataSource) =>
    until(async () => {
      const rows = await dataSource.query<unknown[]>('SELECT 1 FROM pg_locks WHERE NOT granted');
      return rows.length > 0;
    });

  it('State transitions of transactions at the same time begin where the one before has ended, whatever was read before', async () => {
    const dataSource = await connectWithSubscribers(database());
    await dataSource.manager.save(workerOf({ workerId: 'w1' }));
    let second: Promise<unknown> | undefined;
    await dataSource.transaction(async (manager) => {
      await manager.save(Object.assign(await loaded(manager, 'w1'), { status: WorkerStatus.BUSY }));
      const stale = await loaded(dataSource.manager, 'w1');
      expect(stale.status).to.equal('IDLE');
      second = dataSource.manager.save(Object.assign(stale, { status: WorkerStatus.FAILED }));
      await untilWaiting(dataSource);
    });
    await second;
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([
      'w1: null -> IDLE',
      'w1: IDLE -> BUSY',
      'w1: BUSY -> FAILED',
    ]);
  });

  it('State transitions of transactions at the same time are one for a row that two insert at the same time and one of them leaves alone', async () => {
    const dataSource = await connectWithSubscribers(database());
    let second: Promise<unknown> | undefined;
    await dataSource.transaction(async (manager) => {
      await seedDevelopment(manager);
      second = seedDevelopment(dataSource.manager);
      await untilWaiting(dataSource);
    });
    await second;
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal(['test-worker-1: null -> IDLE']);
    expect(await transitionsOf(dataSource, 'job')).to.deep.equal(['test-job-1: null -> PENDING']);
  });

  it('State transitions of transactions at the same time are one a job where many take jobs that no process has', async () => {
    const dataSource = await connectWithSubscribers(database());
    const names = ['j1', 'j2', 'j3', 'j4', 'j5'];
    await dataSource.query(
      `INSERT INTO jobs (job_id, task_description) VALUES ${names.map((name) => `('${name}', 'paint')`).join()}`,
    );
    const taken = await Promise.all(Array.from({ length: 7 }, () => dataSource.transaction(takeJob)));
    expect(taken.filter((job) => job !== null)).to.have.members(names);
    expect([...(await transitionsOf(dataSource, 'job'))].sort()).to.deep.equal(
      names.map((name) => `${name}: PENDING -> RUNNING (taken)`),
    );
  });

  it('State transitions of transactions at the same time write nothing of a row that was deleted meanwhile', async () => {
    const dataSource = await connectWithSubscribers(database());
    const worker = await dataSource.manager.save(workerOf({ workerId: 'w1' }));
    let second: Promise<unknown> | undefined;
    await dataSource.transaction(async (manager) => {
      await manager.delete(Worker, { workerId: 'w1' });
      second = dataSource.manager.save(Object.assign(worker, { status: WorkerStatus.BUSY }));
      await untilWaiting(dataSource);
    });
    await second;
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([]);
  });
});
