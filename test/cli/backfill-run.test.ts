import { expect } from 'chai';
import type { Documents } from '../../src/cli/documents/index.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { onDatabase } from '../support/databases.js';
import { problemsOf } from '../support/json-schemas.js';
import { dataSourceFile, startProcess, type Running } from '../support/processes.js';
import { documentOf } from '../support/run-shelves.js';
import { withRawClient } from '../support/raw-postgres.js';
import { until } from '../support/until.js';

const FILL = 'FillJobs1800000000213';
/** `FillJobs: backfill of jobs.tier: 2,000 of about 6,000 rows, 9,500 rows/s, 1 s left`. */
const PROGRESS =
  /^FillJobs1800000000213: backfill of jobs\.tier: ([\d,]+) of about ([\d,]+) rows, [\d,]+ rows\/s, \d+ s left$/;

onDatabase('postgres', 'A backfill of a run', (database) => {
  const start = (command: string, ...args: readonly string[]): Running => {
    const env = { DATABASE_URL: database().url, NOTICING: 'fill' };
    const words = [command, ...dataSourceFile('noticing-data-source'), ...args];
    return startProcess({ script: 'orchestrator-db', args: words, env });
  };
  const query = async (sql: string) => {
    const dataSource = await database().connect();
    return dataSource.query<readonly Record<string, unknown>[]>(sql);
  };
  const create = (rows: number) =>
    query(`DO $$ BEGIN
      CREATE TABLE "jobs" AS SELECT i AS "id", NULL::text AS "tier" FROM generate_series(1, ${rows}) AS i;
      ALTER TABLE "jobs" ADD PRIMARY KEY ("id");
      EXECUTE format('ALTER DATABASE %I SET orchestrator_db.report_every = 0', current_database()); END $$`);
  const statusOf = async () => documentOf(await start('status', '--json').ended) as Documents['status'];

  it('A backfill of a run reports its progress to up, and to status of another process while it runs', async () => {
    await create(6000);
    const { code, stderr } = await withRawClient(database().target as PostgresTarget, async (other) => {
      await other.query('BEGIN; SELECT FROM "jobs" WHERE "id" = 6000 FOR UPDATE');
      const up = start('up');
      await until(() => Promise.resolve(up.stderr.includes('5,999 of about 6,000')), up.ended);
      const text = await start('status').ended;
      expect(text.stdout).to.match(
        /running now\n +up since .*\n +backfill of jobs\.tier: 5,999 of about 6,000 rows, [\d,]+ rows\/s, \d+ s left\n/,
      );
      const document = await statusOf();
      expect(problemsOf('status', document)).to.deep.equal([]);
      const { running } = document;
      const { rate, secondsLeft, ...progress } = running?.progress ?? { rate: 0, secondsLeft: 0 };
      expect(progress).to.deep.equal({
        ...{ revision: FILL, table: 'jobs', column: 'tier', done: 5999, estimated: 6000 },
      });
      expect([rate, secondsLeft].every(Number.isInteger)).to.equal(true);
      await other.query('COMMIT');
      return up.ended;
    });
    const lines = stderr.trim().split('\n');
    expect(code).to.equal(0);
    expect(lines.slice(0, 3).map((line) => PROGRESS.exec(line)?.slice(1))).to.deep.equal([
      ['2,000', '6,000'],
      ['4,000', '6,000'],
      ['5,999', '6,000'],
    ]);
    expect(lines.at(-1)).to.equal(`${FILL}: notice: 6000 rows of jobs have a value now`);
    expect(await query('SELECT progress FROM migrations_run')).to.deep.equal([{ progress: null }]);
  });

  it('A backfill of a run whose process is killed, and then whose session is ended, continues with the rows that are left', async function () {
    this.timeout(60_000);
    await create(200_000);
    const isHalfWay = () =>
      query(`SELECT FROM jobs WHERE tier IS NOT NULL OFFSET 20000 LIMIT 1`).then(({ length }) => length > 0);
    const killed = start('up', '--backfill-pause', '0.02');
    await until(isHalfWay, killed.ended);
    killed.kill();
    await killed.ended;
    // The server finds out that its client is gone.
    await until(
      async () =>
        (
          await query(
            `SELECT FROM pg_stat_activity WHERE query LIKE 'DO $backfill%' AND datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
          )
        ).length === 0,
    );
    const { running, failed } = await statusOf();
    expect({ running, failed: failed.map(({ id, outcome }) => ({ id, outcome })) }).to.deep.equal({
      running: null,
      failed: [{ id: FILL, outcome: 'interrupted' }],
    });
    const ended = start('up', '--backfill-pause', '0.02');
    await until(() => Promise.resolve(PROGRESS.test(ended.stderr.split('\n')[0] ?? '')), ended.ended);
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $backfill%' AND pid <> pg_backend_pid()`,
    );
    expect((await ended.ended).code).to.equal(1);
    await query(`CREATE TABLE done AS SELECT id, xmin::text AS version FROM jobs WHERE tier IS NOT NULL`);
    const last = await start('up').ended;
    expect(last.code).to.equal(0);
    const [counts] = await query(
      `SELECT (SELECT count(*)::int FROM done) AS done, (SELECT count(*)::int FROM done JOIN jobs USING (id) WHERE jobs.xmin::text <> version) AS again, (SELECT count(*)::int FROM jobs WHERE tier IS DISTINCT FROM 'basic') AS missing`,
    );
    expect(counts).to.deep.include({ again: 0, missing: 0 });
    expect(counts?.['done']).to.be.within(20_000, 199_999);
    // What it fills and what is filled already are all rows.
    const [, filled] = /: notice: (\d+) rows of jobs have a value now/.exec(last.stderr) ?? [];
    expect(Number(filled) + Number(counts?.['done'])).to.equal(200_000);
  });
});
