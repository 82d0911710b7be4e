import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { Job, ResourceAllocation, Worker } from '../../src/entities/index.js';
import { eachDatabase, onDatabase } from '../support/databases.js';

/** Two workers, two jobs, and an allocation of each job. */
const ROWS = [
  "INSERT INTO workers (worker_id) VALUES ('keeper'), ('goner')",
  `INSERT INTO jobs (job_id, task_description, assigned_worker_id)
   VALUES ('job-kept', 'for the keeper', 'keeper'), ('job-left', 'for the goner', 'goner')`,
  `INSERT INTO resource_allocations (job_id, worker_id)
   VALUES ('job-kept', 'keeper'), ('job-left', 'goner'), ('job-left', 'keeper')`,
];

/** Rows that a rule of the schema refuses, and the words of the error in each database. */
const REFUSED: readonly {
  readonly title: string;
  readonly sql: string;
  readonly postgres: RegExp;
  readonly sqlite: RegExp;
}[] = [
  {
    title: 'a job of a worker that does not exist',
    sql: "INSERT INTO jobs (job_id, task_description, assigned_worker_id) VALUES ('j', 't', 'nobody')",
    postgres: /fk_jobs_assigned_worker_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'an allocation for a job that does not exist',
    sql: "INSERT INTO resource_allocations (job_id, worker_id) VALUES ('nothing', 'keeper')",
    postgres: /fk_resource_allocations_job_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'an allocation to a worker that does not exist',
    sql: "INSERT INTO resource_allocations (job_id, worker_id) VALUES ('job-kept', 'nobody')",
    postgres: /fk_resource_allocations_worker_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'a change of the name by which others know a worker',
    sql: "UPDATE workers SET worker_id = 'renamed' WHERE worker_id = 'keeper'",
    postgres: /fk_\w+_worker_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'a job completed before it was created',
    sql: "UPDATE jobs SET created_at = '2026-02-03 04:05:06.008', completed_at = '2026-02-03 04:05:06.007'",
    postgres: /ck_jobs_completed_after_created/,
    sqlite: /CHECK constraint failed: ck_jobs_completed_after_created/,
  },
  {
    title: 'an allocation released before it was made',
    sql: "UPDATE resource_allocations SET allocated_at = '2026-02-03 04:05:06.008', released_at = '2026-02-03 04:05:06.007'",
    postgres: /ck_resource_allocations_released_after_allocated/,
    sqlite: /CHECK constraint failed: ck_resource_allocations_released_after_allocated/,
  },
  {
    title: 'a part of a job that does not exist',
    sql: "UPDATE jobs SET parent_job_id = 'nothing'",
    postgres: /fk_jobs_parent_job_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'a state transition of a worker that does not exist',
    sql: "INSERT INTO worker_state_transitions (worker_id, to_state) VALUES ('nobody', 'IDLE')",
    postgres: /fk_worker_state_transitions_worker_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  {
    title: 'a state transition of a job that does not exist',
    sql: "INSERT INTO job_state_transitions (job_id, to_state) VALUES ('nothing', 'PENDING')",
    postgres: /fk_job_state_transitions_job_id/,
    sqlite: /FOREIGN KEY constraint failed/,
  },
  ...['jobs', 'resource_allocations'].flatMap((table) =>
    [
      { check: `ck_${table}_depth`, column: 'depth', value: -1 },
      { check: `ck_${table}_depth`, column: 'depth', value: 6 },
      { check: `ck_${table}_worker_count`, column: 'worker_count', value: 0 },
    ].map(({ check, column, value }) => ({
      title: `${value} for ${table}.${column}`,
      sql: `UPDATE ${table} SET ${column} = ${value}`,
      postgres: new RegExp(`"${check}"`),
      sqlite: new RegExp(`CHECK constraint failed: ${check}`),
    })),
  ),
  {
    title: 'a status of a worker that there is not',
    sql: "UPDATE workers SET status = 'idle'",
    postgres: /invalid input value for enum workerstatus: "idle"/,
    sqlite: /CHECK constraint failed: .*status/,
  },
  {
    title: 'a type of worker that there is not',
    sql: "UPDATE workers SET worker_type = 'OTHER'",
    postgres: /invalid input value for enum workertype: "OTHER"/,
    sqlite: /CHECK constraint failed: .*worker_type/,
  },
  {
    title: 'a status of a job that there is not',
    sql: "UPDATE jobs SET status = 'DONE'",
    postgres: /invalid input value for enum jobstatus: "DONE"/,
    sqlite: /CHECK constraint failed: .*status/,
  },
  {
    title: 'a role that there is not',
    sql: "INSERT INTO users (username, password_hash, role) VALUES ('u', 'h', 'OWNER')",
    postgres: /invalid input value for enum userrole: "OWNER"/,
    sqlite: /CHECK constraint failed: .*role/,
  },
  {
    title: 'the same worker twice',
    sql: "INSERT INTO workers (worker_id) VALUES ('keeper')",
    postgres: /duplicate key value violates unique constraint/,
    sqlite: /UNIQUE constraint failed: workers\.worker_id/,
  },
  {
    title: 'the same job twice',
    sql: "INSERT INTO jobs (job_id, task_description) VALUES ('job-kept', 'again')",
    postgres: /duplicate key value violates unique constraint/,
    sqlite: /UNIQUE constraint failed: jobs\.job_id/,
  },
  {
    title: 'a job that says not what to do',
    sql: "INSERT INTO jobs (job_id) VALUES ('job-empty')",
    postgres: /null value in column "task_description"/,
    sqlite: /NOT NULL constraint failed: jobs\.task_description/,
  },
];

eachDatabase('The rules of the schema', (database) => {
  async function withRows(): Promise<DataSource> {
    const dataSource = await database().connectAtHead();
    for (const sql of ROWS) await dataSource.query(sql);
    return dataSource;
  }
  const everything = (dataSource: DataSource) =>
    Promise.all(
      ['workers', 'jobs', 'resource_allocations', 'users'].map((table) =>
        dataSource.query<unknown[]>(`SELECT * FROM ${table} ORDER BY id`),
      ),
    );
  const assignments = (dataSource: DataSource) =>
    dataSource.query('SELECT job_id, assigned_worker_id FROM jobs ORDER BY job_id');
  const allocations = (dataSource: DataSource) =>
    dataSource.query('SELECT job_id, worker_id FROM resource_allocations ORDER BY id');

  it('The rules of the schema leave the jobs of a deleted worker without one, and delete its allocations', async () => {
    const dataSource = await withRows();
    await dataSource.query("DELETE FROM workers WHERE worker_id = 'goner'");
    expect(await assignments(dataSource)).to.deep.equal([
      { job_id: 'job-kept', assigned_worker_id: 'keeper' },
      { job_id: 'job-left', assigned_worker_id: null },
    ]);
    expect(await allocations(dataSource)).to.deep.equal([
      { job_id: 'job-kept', worker_id: 'keeper' },
      { job_id: 'job-left', worker_id: 'keeper' },
    ]);
  });

  it('The rules of the schema delete the allocations of a deleted job, and no worker', async () => {
    const dataSource = await withRows();
    await dataSource.manager.delete(Job, { jobId: 'job-left' });
    expect(await allocations(dataSource)).to.deep.equal([{ job_id: 'job-kept', worker_id: 'keeper' }]);
    expect(await dataSource.manager.count(Worker)).to.equal(2);
  });

  it('The rules of the schema hold for an entity that is removed through TypeORM', async () => {
    const dataSource = await withRows();
    await dataSource.manager.remove(await dataSource.manager.findOneByOrFail(Worker, { workerId: 'keeper' }));
    expect(await dataSource.manager.countBy(ResourceAllocation, {})).to.equal(1);
    expect(await dataSource.manager.countBy(Job, { assignedWorkerId: 'keeper' })).to.equal(0);
    expect(await dataSource.manager.count(Job)).to.equal(2);
  });

  it('The rules of the schema can be walked from a worker to its jobs and allocations, and from a job to its worker and its parts', async () => {
    const { manager } = await withRows();
    const worker = await manager.findOneOrFail(Worker, {
      where: { workerId: 'keeper' },
      relations: { jobs: true, allocations: { job: true } },
    });
    expect(worker.jobs.map(({ jobId }) => jobId)).to.deep.equal(['job-kept']);
    expect(worker.allocations.map(({ job }) => job.jobId).sort()).to.deep.equal(['job-kept', 'job-left']);
    await manager.save(Job, { id: worker.jobs[0]!.id, parentJobId: 'job-left' });
    const job = await manager.findOneOrFail(Job, {
      where: { jobId: 'job-left' },
      relations: { childJobs: { parentJob: true }, assignedWorker: true, allocations: { worker: true } },
    });
    expect(job.assignedWorker?.workerId).to.equal('goner');
    expect(job.childJobs.map(({ jobId }) => jobId)).to.deep.equal(['job-kept']);
    expect(job.childJobs[0]?.parentJob?.jobId).to.equal('job-left');
    expect(job.allocations.map(({ worker: of }) => of.workerId).sort()).to.deep.equal(['goner', 'keeper']);
  });

  for (const { title, sql, ...words } of REFUSED) {
    it(`The rules of the schema refuse ${title}`, async () => {
      const dataSource = await withRows();
      const before = await everything(dataSource);
      const outcome: unknown = await dataSource.query(sql).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(Error);
      expect((outcome as Error).message).to.match(words[database().dialect]);
      expect(await everything(dataSource)).to.deep.equal(before);
    });
  }

  it('The rules of the schema leave the parts of a deleted job without it, and delete its transitions', async () => {
    const dataSource = await withRows();
    await dataSource.query("UPDATE jobs SET parent_job_id = 'job-left' WHERE job_id = 'job-kept'");
    await dataSource.query(
      "INSERT INTO job_state_transitions (job_id, to_state) VALUES ('job-left', 'PENDING'), ('job-kept', 'RUNNING')",
    );
    await dataSource.query("DELETE FROM jobs WHERE job_id = 'job-left'");
    const jobs = await dataSource.query<unknown[]>('SELECT job_id, parent_job_id FROM jobs');
    expect(jobs).to.deep.equal([{ job_id: 'job-kept', parent_job_id: null }]);
    const transitions = await dataSource.query<unknown[]>(
      'SELECT job_id, to_state FROM job_state_transitions',
    );
    expect(transitions).to.deep.equal([{ job_id: 'job-kept', to_state: 'RUNNING' }]);
  });

  it('The rules of the schema allow the least and the most of what is limited', async () => {
    const dataSource = await withRows();
    for (const table of ['jobs', 'resource_allocations'])
      for (const depth of [0, 5])
        await dataSource.query(`UPDATE ${table} SET depth = ${depth}, worker_count = 1`);
    expect(await dataSource.query('SELECT DISTINCT depth FROM jobs')).to.deep.equal([{ depth: 5 }]);
  });

  it('The rules of the schema allow what ends in the very instant in which it began', async () => {
    const dataSource = await withRows();
    await dataSource.query('UPDATE jobs SET completed_at = created_at');
    await dataSource.query('UPDATE resource_allocations SET released_at = allocated_at');
    expect(await dataSource.query('SELECT job_id FROM jobs WHERE completed_at IS NULL')).to.deep.equal([]);
  });
});

onDatabase('sqlite', 'An SQLite connection', (database) => {
  it('An SQLite connection enforces foreign keys, keeps a write-ahead log and waits for other writers', async () => {
    const dataSource = await database().connect({}, { busyTimeoutMs: 4321 });
    expect(await dataSource.query('PRAGMA foreign_keys')).to.deep.equal([{ foreign_keys: 1 }]);
    expect(await dataSource.query('PRAGMA journal_mode')).to.deep.equal([{ journal_mode: 'wal' }]);
    expect(await dataSource.query('PRAGMA busy_timeout')).to.deep.equal([{ timeout: 4321 }]);
  });
});
