import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import type { DataSource } from 'typeorm';
import { keepPartitions, type KeepReport } from '../../../src/partitions/keep-partitions.js';
import { mergePartitions } from '../../../src/partitions/merge-partitions.js';
import type { PartitionOptions } from '../../../src/partitioned.js';
import { execute, rowsOf } from '../../support/cli-database.js';
import { onDatabase } from '../../support/databases.js';
import { EVENT_DEFAULT, EVENT_TABLE, eventMonth, keptEvent, MONTHLY } from '../../support/kept-event.js';
import { cared, countsIn, leftIn, month, neglected, onClient, partOf } from '../../support/kept-world.js';
import { dataSourceFile, runCommand } from '../../support/processes.js';
import { until } from '../../support/until.js';

const STILL = 20_000;

/** How rows go to other partitions, and the partitions in which they are before: all are tables of their own. */
const MOVES: Readonly<
  Record<
    string,
    { readonly parts: readonly string[]; readonly act: (dataSource: DataSource) => Promise<KeepReport> }
  >
> = {
  'a default partition is moved': {
    parts: [EVENT_DEFAULT],
    act: (dataSource) => keepPartitions(dataSource, { moveDefault: true }),
  },
  'a first partition is divided': {
    parts: [
      `CREATE TABLE "event_before" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('${month(1)}-01 00:00:00+00')`,
    ],
    act: (dataSource) => keepPartitions(dataSource, { splitFirst: true }),
  },
  'partitions become one': {
    parts: [-2, -1, 0].map((after) => eventMonth(month(after))),
    act: (dataSource) => mergePartitions(dataSource, 'event'),
  },
};

onDatabase('postgres', 'Keepers of partitions at once', (database) => {
  const connect = () =>
    database().connect({
      entities: [keptEvent({ ...MONTHLY, default: true } as PartitionOptions)],
      migrations: [],
    });
  const target = () => database().target as PostgresTarget;
  /** Tables by their identity: a new partition may have the name of a former one. */
  const partsWithRows = async () =>
    (await rowsOf(database(), 'SELECT DISTINCT tableoid AS part FROM "event"')).map(({ part }) => part);
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

  for (const [title, { parts, act }] of Object.entries(MOVES))
    it(`Rows that others write while ${title} are moved as they are in the end, and no query misses one`, async () => {
      await execute(database(), [
        EVENT_TABLE,
        'CREATE UNIQUE INDEX "uq_event_note" ON "event" ("note", "at")',
        ...parts,
        'CREATE TABLE "mirror" ("id" bigint PRIMARY KEY, "at" timestamptz NOT NULL, "note" text NOT NULL)',
        `INSERT INTO "mirror" SELECT n, '${month(0)}-02'::timestamptz - n % 30 * interval '1 day', 'row ' || n FROM generate_series(1, ${STILL + 2000}) AS n`,
        'INSERT INTO "event" SELECT * FROM "mirror"',
      ]);
      const before = new Set(await partsWithRows());
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
      const report = await act(dataSource);
      isOver = true;
      await Promise.all(writers);
      expect(report.tables.flatMap(({ refused }) => refused)).to.deep.equal([]);
      expect(await read).to.deep.equal([STILL]);
      const differing = `(TABLE "event" EXCEPT TABLE "mirror") UNION ALL (TABLE "mirror" EXCEPT TABLE "event")`;
      expect(await rowsOf(database(), differing)).to.deep.equal([]);
      const after = await partsWithRows();
      expect(after.filter((part) => before.has(part))).to.deep.equal([]);
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
