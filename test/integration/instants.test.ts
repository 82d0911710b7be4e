import { expect } from 'chai';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { Job, Worker, WorkerStatus } from '../../src/entities/index.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../support/databases.js';
import { withRawClient } from '../support/raw-postgres.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { runProcess } from '../support/run-script.js';

/**
 * New York's clocks went from 02:00 to 03:00 at 07:00 UTC on 8 March 2026, and through 01:00 to 02:00 twice on
 * 1 November 2026.
 */
const GIVEN: readonly { readonly jobId: string; readonly createdAt: string }[] = [
  { jobId: '1-ordinary', createdAt: '2026-01-15T12:30:00.007Z' },
  { jobId: '2-its UTC clock face does not exist in New York', createdAt: '2026-03-08T02:30:00.250Z' },
  { jobId: '3-just before the gap', createdAt: '2026-03-08T06:59:59.999Z' },
  { jobId: '4-where 02:30 would have been', createdAt: '2026-03-08T07:30:00.500Z' },
  { jobId: '5-first 01:30', createdAt: '2026-11-01T05:30:00.000Z' },
  { jobId: '6-second 01:30', createdAt: '2026-11-01T06:30:00.000Z' },
];
const DEFAULTED = { jobId: '7-defaults', completedAt: '2100-02-03T04:05:06.789Z' };

interface ReadJob {
  readonly jobId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
}

interface Answer {
  readonly zone: string;
  readonly found: readonly string[];
  readonly jobs: readonly ReadJob[];
}

async function inZone(TZ: string, { url }: TestDatabase, args: readonly string[]): Promise<string> {
  const script = compiledCopy().compiled('test/support/instants-process.ts');
  const result = await runProcess(process.execPath, [script, ...args], {
    env: { TZ, DATABASE_URL: url },
  });
  expect(result).to.include({ code: 0, stderr: '' });
  return result.stdout;
}

async function readInTokyo(database: TestDatabase): Promise<Answer> {
  const answer = JSON.parse(await inZone('Asia/Tokyo', database, ['read'])) as Answer;
  expect(answer.zone).to.equal('Asia/Tokyo');
  return answer;
}

/** Milliseconds since 1970, with fractions, by the clock that fills in defaults. */
async function databaseClock(dataSource: DataSource): Promise<number> {
  if (dataSource.options.type !== 'postgres') return Date.now();
  const rows = await dataSource.query<{ now: string }[]>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
  );
  return Number(rows[0]?.now);
}

/** Whether the instant lies between two readings of the clock; it may have been cut or rounded to milliseconds. */
function expectBetween(instant: string | Date, before: number, after: number): void {
  expect(new Date(instant).getTime()).to.be.within(Math.floor(before), Math.ceil(after));
}

eachDatabase('An instant', (database) => {
  it('An instant written in New York is the same when it is read in Tokyo, defaults included', async () => {
    const dataSource = await database().connectAtHead();
    const before = await databaseClock(dataSource);
    await inZone('America/New_York', database(), ['write', JSON.stringify([...GIVEN, DEFAULTED])]);
    const after = await databaseClock(dataSource);
    const { jobs, found } = await readInTokyo(database());
    const given = jobs.slice(0, -1).map(({ jobId, createdAt }) => ({ jobId, createdAt }));
    expect(given).to.deep.equal(GIVEN);
    expect(found).to.deep.equal([...GIVEN, DEFAULTED].map(({ jobId }) => jobId));
    const defaulted = jobs.at(-1)!;
    expect(defaulted.completedAt).to.equal(DEFAULTED.completedAt);
    expectBetween(defaulted.createdAt, before, after);
    for (const { updatedAt } of jobs) expectBetween(updatedAt, before, after);
    const descriptions = await dataSource.query<object[]>(
      'SELECT DISTINCT task_description AS words FROM jobs',
    );
    expect(descriptions).to.deep.equal([{ words: 'written in America/New_York' }]);
  });

  it('An instant written by the defaults of plain SQL is the same when it is read in Tokyo', async () => {
    const dataSource = await database().connectAtHead();
    const before = await databaseClock(dataSource);
    await dataSource.query("INSERT INTO jobs (job_id, task_description) VALUES ('plain', 'by plain SQL')");
    const after = await databaseClock(dataSource);
    const { jobs } = await readInTokyo(database());
    expect(jobs).to.have.length(1);
    expectBetween(jobs[0]!.createdAt, before, after);
    expectBetween(jobs[0]!.updatedAt, before, after);
  });
});

onDatabase(
  'postgres',
  'An instant written by a role whose time zone is Asia/Kolkata (PostgreSQL)',
  (database) => {
    const sql = (jobId: string, createdAt: string) =>
      `INSERT INTO jobs (job_id, task_description, created_at) VALUES ('${jobId}', 'in Kolkata', ${createdAt})`;

    it('An instant written by a role whose time zone is Asia/Kolkata is the same when it is read in Tokyo, defaults included', async () => {
      const dataSource = await database().connectAtHead();
      const target = database().target as PostgresTarget;
      // For this database alone, so that it goes with it.
      await dataSource.query(
        `ALTER ROLE CURRENT_USER IN DATABASE ${target.database} SET TimeZone TO 'Asia/Kolkata'`,
      );
      const before = await databaseClock(dataSource);
      await withRawClient(target, async (client) => {
        expect((await client.query('SHOW TimeZone')).rows).to.deep.equal([{ TimeZone: 'Asia/Kolkata' }]);
        await client.query(sql('1-offset', "'2026-03-08T02:30:00.250Z'"));
        await client.query(sql('2-wall clock', "'2026-03-08 13:00:00.125'"));
        await client.query(sql('3-default', 'DEFAULT'));
      });
      const after = await databaseClock(dataSource);
      const { jobs } = await readInTokyo(database());
      expect(jobs.map(({ jobId }) => jobId)).to.deep.equal(['1-offset', '2-wall clock', '3-default']);
      expect(jobs[0]!.createdAt).to.equal('2026-03-08T02:30:00.250Z');
      expect(jobs[1]!.createdAt).to.equal('2026-03-08T07:30:00.125Z');
      expectBetween(jobs[2]!.createdAt, before, after);
      for (const { updatedAt } of jobs) expectBetween(updatedAt, before, after);
    });

    it('An instant written by a role whose time zone is Asia/Kolkata keeps no more than milliseconds, so that what was read finds its row again', async () => {
      const dataSource = await database().connectAtHead();
      await dataSource.query(sql('fine', "'2026-05-06T07:08:09.123456Z'"));
      const { jobs, found } = await readInTokyo(database());
      expect(jobs[0]!.createdAt).to.equal('2026-05-06T07:08:09.123Z');
      expect(found).to.deep.equal(['fine']);
    });
  },
);

const LONG_AGO = '2026-01-15 12:30:00.007';

/** Every way in which TypeORM writes an update date. */
const UPDATES: readonly { readonly title: string; run: (dataSource: DataSource) => Promise<unknown> }[] = [
  {
    title: 'save of a changed entity',
    run: async ({ manager }) => {
      const worker = await manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
      return manager.save(Object.assign(worker, { status: WorkerStatus.FAILED }));
    },
  },
  {
    title: 'partial save',
    run: async ({ manager }) => {
      const { id } = await manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
      return manager.save(Worker, { id, status: WorkerStatus.FAILED });
    },
  },
  {
    title: 'update',
    run: ({ manager }) => manager.update(Worker, { workerId: 'worker-3' }, { status: WorkerStatus.FAILED }),
  },
  { title: 'increment', run: ({ manager }) => manager.increment(Worker, { workerId: 'worker-3' }, 'id', 40) },
  {
    title: 'query-builder update',
    run: (dataSource) =>
      dataSource
        .createQueryBuilder()
        .update(Worker)
        .set({ currentJobId: () => "'job-' || 11" })
        .where({ workerId: 'worker-3' })
        .execute(),
  },
];

eachDatabase('The update date', (database) => {
  async function withOldWorker(): Promise<DataSource> {
    const dataSource = await database().connectAtHead();
    await dataSource.query(
      `INSERT INTO workers (worker_id, created_at, updated_at) VALUES ('worker-3', '${LONG_AGO}', '${LONG_AGO}')`,
    );
    return dataSource;
  }

  for (const { title, run } of UPDATES) {
    it(`The update date is now after: ${title}`, async () => {
      const dataSource = await withOldWorker();
      const before = await databaseClock(dataSource);
      await run(dataSource);
      const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
      expectBetween(worker.updatedAt, before, await databaseClock(dataSource));
    });
  }

  it('The update date is now after each of two updates with the same values object, which stays as the caller made it', async () => {
    const dataSource = await withOldWorker();
    const values = Object.freeze({ status: WorkerStatus.FAILED });
    await dataSource.manager.update(Worker, { workerId: 'worker-3' }, values);
    await dataSource.query(`UPDATE workers SET updated_at = '${LONG_AGO}'`);
    const before = await databaseClock(dataSource);
    await dataSource.manager.update(Worker, { workerId: 'worker-3' }, values);
    const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
    expectBetween(worker.updatedAt, before, await databaseClock(dataSource));
  });

  it('The update date is that of the caller where the caller sets one', async () => {
    const dataSource = await withOldWorker();
    const updatedAt = new Date('2026-06-07T08:09:10.011Z');
    await dataSource.manager.update(Worker, { workerId: 'worker-3' }, { updatedAt });
    const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
    expect(worker.updatedAt).to.deep.equal(updatedAt);
  });

  it('The update date stays when nothing was changed', async () => {
    const dataSource = await withOldWorker();
    const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
    await dataSource.manager.save(worker);
    const again = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
    expect(again.updatedAt).to.deep.equal(worker.updatedAt);
  });
});

onDatabase('sqlite', 'The text of an instant on SQLite, which has no type for it', (database) => {
  for (const { title, run } of [
    { title: 'nothing but defaults', run: () => Promise.resolve() },
    ...UPDATES,
  ]) {
    it(`The text of an instant on SQLite, which has no type for it is UTC to the millisecond in one format after: ${title}`, async () => {
      const dataSource = await database().connectAtHead();
      await dataSource.query("INSERT INTO workers (worker_id) VALUES ('worker-3')");
      await dataSource.manager.insert(Worker, {
        workerId: 'worker-4',
        createdAt: new Date('2026-07-08T09:10:11Z'),
      });
      await run(dataSource);
      const rows = await dataSource.query<ObjectLiteral[]>(
        'SELECT created_at, updated_at, typeof(created_at) AS type FROM workers',
      );
      expect(rows).to.have.length(2);
      for (const row of rows) {
        expect(row['type']).to.equal('text');
        expect(row['created_at']).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
        expect(row['updated_at']).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
      }
    });
  }

  it('The text of an instant on SQLite, which has no type for it is UTC to the millisecond in one format after a job was cut off from its worker', async () => {
    const { manager } = await database().connectAtHead();
    await manager.insert(Worker, { workerId: 'worker-3' });
    const assignedWorker = await manager.findOneByOrFail(Worker, { workerId: 'worker-3' });
    await manager.save(Job, { jobId: 'job-5', taskDescription: 'to be cut off', assignedWorker });
    await manager.save(Object.assign(assignedWorker, { jobs: [] }));
    const rows = await manager.query<ObjectLiteral[]>('SELECT assigned_worker_id, updated_at FROM jobs');
    expect(rows[0]).to.include({ assigned_worker_id: null });
    expect(rows[0]?.['updated_at']).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  });
});
