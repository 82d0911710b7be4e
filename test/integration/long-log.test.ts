import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrations } from '../../src/migrations/index.js';
import { accessOf } from '../../src/migrator/access.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import type { LoggedRun } from '../../src/migrator/failed-attempts.js';
import { readHistory, readRunPage } from '../../src/migrator/run-history.js';
import { readStatus } from '../../src/migrator/status.js';
import { rowsOf, type Row } from '../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { fillLog, keptQueries, withFormerLog, type SentQuery } from '../support/long-log.js';
import { replacedMigrations } from '../support/replaced-migrations/index.js';

/** More revisions than the history of this project has today. */
const HISTORY = { migrations: [...migrations.slice(0, 2), ...replacedMigrations] };
const IDS = HISTORY.migrations.map(({ name }) => name);
const LOG = /^migrations_(run|attempt)$/;

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of the log PostgreSQL reads for a plan that was run. */
function rowsIn(node: PlanNode): number {
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  const own = LOG.test(node['Relation Name'] ?? '') ? rows : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsIn(child), own);
}

async function rowsRead(dataSource: DataSource, sent: readonly SentQuery[]): Promise<number> {
  let sum = 0;
  for (const { sql, parameters } of sent.filter((one) => /^\s*SELECT/i.test(one.sql))) {
    const [row] = await dataSource.query<Row[]>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters);
    const [{ Plan: plan }] = row?.['QUERY PLAN'] as [{ readonly Plan: PlanNode }];
    sum += rowsIn(plan);
  }
  return sum;
}

/** What SQLite reports about queries where it would go through a whole table of the log. */
async function scansIn(dataSource: DataSource, sent: readonly SentQuery[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { sql, parameters } of sent.filter((one) => /^\s*SELECT/i.test(one.sql))) {
    const plan = await dataSource.query<Row[]>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
    found.push(...plan.map(({ detail }) => String(detail)));
  }
  return found.filter((detail) => /^SCAN (a|r|made|migrations_run|migrations_attempt)\b/.test(detail));
}

/** The failures that a whole log comes to, read run by run; what was applied or reverted in another way is over. */
function failuresIn(runs: readonly LoggedRun[], applied: readonly string[]): readonly string[] {
  const open = new Map<string, { readonly outcome: string; readonly direction: string }>();
  for (const { attempts, planned, outcome, direction } of runs) {
    for (const attempt of attempts)
      if (attempt.outcome === 'done') open.delete(attempt.revision);
      else open.set(attempt.revision, attempt);
    const begun = planned.find((id) => !attempts.some(({ revision }) => revision === id));
    if (outcome === 'interrupted' && begun !== undefined) open.set(begun, { outcome, direction });
  }
  return [...open]
    .filter(([id, { direction }]) => applied.includes(id) !== (direction === 'up'))
    .map(([id, { outcome, direction }]) => `${id} ${direction} ${outcome}`)
    .sort();
}

async function analyse(database: TestDatabase, dataSource: DataSource): Promise<void> {
  await dataSource.query(database.dialect === 'postgres' ? 'VACUUM ANALYZE' : 'ANALYZE');
}

eachDatabase('A log of 100,000 runs', (database) => {
  it('A log of 100,000 runs is not read for a status, or for up, but for what these show', async function () {
    this.timeout(120_000);
    const dataSource = await database().connectAtHead(HISTORY);
    await fillLog(dataSource, { runs: 100_000, revisions: IDS });
    await analyse(database(), dataSource);
    const sent = keptQueries(dataSource);
    const { applied } = await readStatus(dataSource);
    expect(applied).to.have.length(IDS.length);
    expect((await migrateUp(dataSource)).done).to.deep.equal([]);
    expect(sent.filter(({ sql }) => sql.includes('migrations_attempt'))).to.have.length.above(3);
    if (database().dialect === 'sqlite') expect(await scansIn(dataSource, sent)).to.deep.equal([]);
    else expect(await rowsRead(dataSource, sent)).to.be.within(IDS.length, 2_000);
  });

  it('A log of 100,000 runs is paged, newest first, by as many rows as a page has', async function () {
    this.timeout(120_000);
    const dataSource = await database().connectAtHead(HISTORY);
    await fillLog(dataSource, { runs: 100_000, revisions: IDS });
    await analyse(database(), dataSource);
    const sent = keptQueries(dataSource);
    const { runs, total } = await readRunPage(accessOf(dataSource), { limit: 20 });
    expect(total).to.equal(100_001);
    expect(runs.map(({ id }) => Number(id))).to.deep.equal(
      Array.from({ length: 20 }, (_, at) => 100_001 - at),
    );
    expect(runs.every(({ attempts }) => attempts.length === 1)).to.equal(true);
    const pages = sent.filter(({ sql }) => !sql.includes('count(*)'));
    if (database().dialect === 'postgres') expect(await rowsRead(dataSource, pages)).to.be.within(40, 1_000);
    const more = await readRunPage(accessOf(dataSource), { limit: 250 });
    expect(more.runs.flatMap(({ attempts }) => attempts)).to.have.length(250);
  });
});

eachDatabase('A log', (database) => {
  for (const [title, more] of [
    ['of runs that end this way and that', {}],
    [
      'where only the oldest run of each revision failed',
      { attempt: `CASE WHEN i < 17 THEN 'failed' ELSE 'done' END` },
    ],
    ['where every second run has no end', { outcome: `CASE WHEN i % 2 = 0 THEN 'failed' END` }],
    ['where nothing has ever ended', { outcome: 'CAST(NULL AS varchar)' }],
  ] as const)
    it(`${title} gives the failures that all of it comes to`, async () => {
      const dataSource = await database().connect(HISTORY);
      await migrateUp(dataSource, { target: '+9' });
      await fillLog(dataSource, { runs: 150, revisions: IDS, ...more });
      const { failed, applied } = await readStatus(dataSource);
      const ids = applied.map(({ id }) => id);
      expect(
        failed.map(({ id, direction, outcome }) => `${id} ${direction} ${outcome}`).sort(),
      ).to.deep.equal(failuresIn(await readHistory(dataSource), ids));
    });

  it('A log of an earlier version is read as it is, and gets its indexes with the next run; that is no drift', async () => {
    const dataSource = await database().connect(HISTORY);
    await migrateUp(dataSource);
    await migrateDown(dataSource);
    await withFormerLog(dataSource, database().dialect);
    await fillLog(dataSource, { runs: 50, revisions: IDS });
    const before = await readStatus(dataSource);
    const indexes =
      database().dialect === 'postgres'
        ? `SELECT indexname AS name FROM pg_indexes WHERE tablename LIKE 'migrations_%' AND indexname NOT LIKE '%_pkey' ORDER BY 1`
        : `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE 'migrations_%' AND sql IS NOT NULL ORDER BY 1`;
    expect(await rowsOf(database(), indexes)).to.deep.equal([]);
    expect((await migrateUp(dataSource)).done).to.have.length(1);
    expect((await rowsOf(database(), indexes)).map(({ name }) => name)).to.deep.equal([
      'migrations_attempt_revision_outcome_id',
      'migrations_attempt_run_id_id',
      'migrations_run_outcome_id',
    ]);
    const after = await readStatus(dataSource);
    expect(after.failed.filter(({ id }) => id !== IDS.at(-1))).to.deep.equal(
      before.failed.filter(({ id }) => id !== IDS.at(-1)),
    );
    const { changes, uncomparable, unmanaged } = await checkDrift(dataSource);
    expect({ changes, uncomparable, unmanaged }).to.deep.equal({
      changes: [],
      uncomparable: [],
      unmanaged: [],
    });
  });
});
