import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import { keepPartitions } from '../../../src/partitions/keep-partitions.js';
import type { PartitionOptions } from '../../../src/partitioned.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import { EVENT_DEFAULT, EVENT_TABLE, keptEvent, MONTHLY } from '../../support/kept-event.js';
import { cared, countsIn, leftIn, month, neglected, onClient, partOf } from '../../support/kept-world.js';
import { dataSourceFile, runCommand } from '../../support/processes.js';
import { until } from '../../support/until.js';

const STILL = 20_000;

onDatabase('postgres', 'Keepers of partitions at once', (database) => {
  const connect = () =>
    database().connect({
      entities: [keptEvent({ ...MONTHLY, default: true } as PartitionOptions)],
      migrations: [],
    });
  const target = () => database().target as PostgresTarget;
  const run = (...args: readonly string[]) =>
    runCommand({
      script: 'orchestrator-db',
      args: ['partitions', ...args, ...dataSourceFile('kept-data-source')],
      env: { DATABASE_URL: database().url },
    });

  it('Of several keepers at once, in processes of their own, each partition is made once and none fails', async () => {
    await execute(database(), neglected());
    const runs = await Promise.all([1, 2, 3].map(() => run('keep', '--move-default', '--json')));
    expect(runs.map(({ code, stderr }) => [code, stderr])).to.deep.equal(runs.map(() => [0, '']));
    const made = runs.flatMap(({ stdout }) =>
      (
        JSON.parse(stdout) as { readonly tables: readonly { readonly made: readonly string[] }[] }
      ).tables.flatMap((table) => table.made),
    );
    expect(made.toSorted()).to.deep.equal([-1, 0, 1, 2].map(partOf));
    expect(await countsIn(target())).to.deep.equal(cared());
  }).timeout(60_000);

  it('The second keeper says who is at it, does nothing and ends with 0', async () => {
    await execute(database(), [EVENT_TABLE]);
    const dataSource = await connect();
    await onClient(target(), async (blocker) => {
      await blocker('BEGIN');
      await blocker('LOCK TABLE "event" IN SHARE UPDATE EXCLUSIVE MODE');
      const first = keepPartitions(dataSource);
      const waits = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'event'::regclass`;
      await until(async () => (await rowsOf(database(), waits)).length > 0);
      const { code, stdout } = await run('keep');
      expect(code).to.equal(0);
      expect(stdout).to.match(
        /^Another process keeps the partitions: "orchestrator-db .+ pid \d+", server process \d+, since \S+ \S+ \S+ They were left to it\.\n$/,
      );
      const busy = await run('keep', '--json');
      expect(JSON.parse(busy.stdout)).to.include({ status: 'busy' });
      await blocker('COMMIT');
      expect((await first).status).to.equal('kept');
    });
  }).timeout(60_000);

  it('Rows that others write while a default partition is moved are moved as they are in the end, and no query misses one', async () => {
    await execute(database(), [
      EVENT_TABLE,
      'CREATE UNIQUE INDEX "uq_event_note" ON "event" ("note", "at")',
      EVENT_DEFAULT,
      'CREATE TABLE "mirror" ("id" bigint PRIMARY KEY, "at" timestamptz NOT NULL, "note" text NOT NULL)',
      `INSERT INTO "mirror" SELECT n, '${month(0)}-02'::timestamptz - n % 30 * interval '1 day', 'row ' || n FROM generate_series(1, ${STILL + 2000}) AS n`,
      'INSERT INTO "event" SELECT * FROM "mirror"',
    ]);
    const dataSource = await connect();
    let isOver = false;
    const write = (first: number, level: string) =>
      onClient(target(), async (query) => {
        for (let at = 0; !isOver; at += 1)
          await query(change(first + (at % 500), level, at)).catch(async (error: unknown) => {
            await query('ROLLBACK');
            assertRetryable(error);
          });
      });
    const read = onClient(target(), async (query) => {
      const counts = new Set<number>();
      for (let looks = 0; !isOver || looks < 2; looks += 1) {
        const [row] = await query(`SELECT count(*)::integer AS rows FROM "event" WHERE "id" <= ${STILL}`);
        counts.add(Number(row?.['rows']));
      }
      return [...counts];
    });
    const writers = [
      write(STILL + 1, 'READ COMMITTED'),
      write(STILL + 501, 'REPEATABLE READ'),
      write(STILL + 1001, 'READ COMMITTED'),
    ];
    const report = await keepPartitions(dataSource, { moveDefault: true });
    isOver = true;
    await Promise.all(writers);
    expect(report.tables.flatMap(({ refused }) => refused)).to.deep.equal([]);
    expect(await read).to.deep.equal([STILL]);
    const differing = `(TABLE "event" EXCEPT TABLE "mirror") UNION ALL (TABLE "mirror" EXCEPT TABLE "event")`;
    expect(await rowsOf(database(), differing)).to.deep.equal([]);
    const [{ rows } = {}] = await rowsOf(database(), 'SELECT count(*)::integer AS rows FROM "event_default"');
    expect(rows).to.equal(0);
    expect(await leftIn(target())).to.deep.equal([]);
  }).timeout(120_000);
});

/** The same in both tables, in one transaction: insert, change, move to another month, or delete. */
function change(id: number, level: string, at: number): string {
  const day = `'${month(0)}-02'::timestamptz - ${at % 30} * interval '1 day'`;
  const both = (sql: (table: string) => string) => `${sql('"event"')}; ${sql('"mirror"')}`;
  const statements = [
    both((table) => `UPDATE ${table} SET "note" = 'changed ${at} ${id}' WHERE "id" = ${id}`),
    both((table) => `UPDATE ${table} SET "at" = ${day} WHERE "id" = ${id}`),
    both((table) => `DELETE FROM ${table} WHERE "id" = ${id}`),
    both((table) => `INSERT INTO ${table} VALUES (${id}, ${day}, 'new ${at} ${id}')`),
  ];
  return `BEGIN ISOLATION LEVEL ${level}; SELECT FROM "mirror" WHERE "id" = ${id} FOR UPDATE; ${statements[(at % 7) % 4] ?? ''}; COMMIT`;
}

/** A row that is there already, and a conflict of snapshots: the transaction is rolled back. */
function assertRetryable(error: unknown): void {
  const { code } = error as { readonly code?: string };
  if (!['23505', '40001', '40P01'].includes(code ?? '')) throw error;
}
