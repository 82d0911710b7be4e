import pg from 'pg';
import type { PostgresTarget } from '../src/database-url.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { keepPartitions } from '../src/partitions/keep-partitions.js';
import { timed } from './measure.js';
import { connected, dataSourceOn, query } from './online-databases.js';
import { DAYS, ENTITIES, OF_ONE_JOB, SIDES, tableOf, type Side } from './scale-tables.js';

/** One figure of both tables. */
export interface Figure {
  readonly title: string;
  readonly plain: number;
  readonly parted: number;
  /** Whether more is better; default false. */
  readonly isRate?: boolean;
  /** Behind the point; default none. */
  readonly digits?: number;
}

/** What is measured. */
export interface Given {
  readonly target: PostgresTarget;
  /** Of each table. */
  readonly rows: number;
}

/** A part of the bench; it leaves the tables to the next one. */
interface Stage {
  readonly title: string;
  readonly measure: (given: Given) => Promise<readonly Figure[]>;
}

const BATCH = 100_000;
const SINGLE = { turns: 20, each: 200 } as const;
const JOBS_READ = 500;

/** While both tables have all rows, in their order. */
export const OF_ALL: readonly Stage[] = [
  { title: 'fill both tables', measure: fill },
  { title: 'insert single rows', measure: insertSingle },
  { title: 'read the latest of a job', measure: (given) => readLatest(given, 'latest 50 of a job') },
];

/** What gets rid of the old ones, and what is left then. */
export const OF_OLD: readonly Stage[] = [
  { title: 'drop what is old', measure: dropOld },
  { title: 'count what is left', measure: countLeft },
  { title: 'read the latest again', measure: (given) => readLatest(given, 'latest 50 of a job, afterwards') },
  { title: 'vacuum', measure: vacuum },
];

type Both = Record<Side, number>;

/** Rows in the order of their time, in turns of both tables. */
async function fill({ target, rows }: Given): Promise<readonly Figure[]> {
  const ms: Both = { plain: 0, parted: 0 };
  const until = new Date().toISOString();
  for (let first = 1; first <= rows; first += BATCH) {
    const numbers = `generate_series(${first}, ${Math.min(first + BATCH - 1, rows)})`;
    for (const side of SIDES)
      ms[side] += await timed(() => query(target, insertInto(side, { rows, until, numbers })));
  }
  for (const side of SIDES) await query(target, `VACUUM (ANALYZE) ${tableOf(side)}`);
  return [rate(`rows a second, ${BATCH} in a statement`, rows, ms)];
}

/** The rows of a statement. */
interface Filling {
  readonly rows: number;
  /** The time of the last one. */
  readonly until: string;
  readonly numbers: string;
}

function insertInto(side: Side, { rows, until, numbers }: Filling): string {
  const at = `timestamptz '${until}' + (n - ${rows})::double precision / ${rows} * interval '${DAYS.all} days'`;
  return `INSERT INTO ${tableOf(side)} (id, job_id, from_state, to_state, reason, at)
    SELECT n, 'job-' || n % ${jobsFor(rows)}, 'RUNNING', 'COMPLETED', CASE WHEN n % 10 = 0 THEN 'done by worker ' || n % 97 END, ${at} FROM ${numbers} AS n`;
}

/** How many jobs have so many transitions. */
export function jobsFor(rows: number): number {
  return Math.ceil(rows / OF_ONE_JOB);
}

/** Each in a transaction of its own, on one connection. */
async function insertSingle({ target, rows }: Given): Promise<readonly Figure[]> {
  const ms: Both = { plain: 0, parted: 0 };
  await onClient(target, async (client) => {
    for (let turn = 0; turn < SINGLE.turns; turn += 1)
      for (const side of SIDES)
        ms[side] += await timed(async () => {
          const text = `INSERT INTO ${tableOf(side)} (id, job_id, to_state, at) VALUES ($1, $2, 'PENDING', now())`;
          for (let at = 0; at < SINGLE.each; at += 1)
            await client.query(text, [rows + 1 + turn * SINGLE.each + at, `job-${at}`]);
        });
  });
  return [rate('rows a second, one in a statement', SINGLE.turns * SINGLE.each, ms)];
}

function rate(title: string, rows: number, { plain, parted }: Both): Figure {
  return { title, plain: (rows * 1000) / plain, parted: (rows * 1000) / parted, isRate: true };
}

/** Jobs at random, the same ones of both tables, in turns. */
async function readLatest({ target, rows }: Given, title: string): Promise<readonly Figure[]> {
  const ms: Record<Side, number[]> = { plain: [], parted: [] };
  await onClient(target, async (client) => {
    for (let count = 0; count < JOBS_READ; count += 1) {
      const job = `job-${Math.floor(Math.random() * jobsFor(rows))}`;
      for (const side of SIDES) {
        const text = `SELECT * FROM ${tableOf(side)} WHERE job_id = $1 ORDER BY at DESC LIMIT 50`;
        ms[side].push(await timed(() => client.query(text, [job])));
      }
    }
  });
  const at = (share: number) => ({
    plain: quantile(ms.plain, share),
    parted: quantile(ms.parted, share),
    digits: 2,
  });
  return [
    { title: `${title}, median ms`, ...at(0.5) },
    { title: `${title}, p99 ms`, ...at(0.99) },
  ];
}

function quantile(times: readonly number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
}

/** The keeper drops partitions; then the same rows of the plain table are deleted in one statement. */
async function dropOld({ target }: Given): Promise<readonly Figure[]> {
  const dataSource = dataSourceOn(target, ENTITIES, []);
  const parted = await connected(dataSource, () => timed(() => keepPartitions(dataSource)));
  const left = `(SELECT min(at) FROM ${tableOf('parted')})`;
  const plain = await timed(() => query(target, `DELETE FROM ${tableOf('plain')} WHERE at < ${left}`));
  return [{ title: 'drop what is older, ms', plain, parted }];
}

/** @throws Error where the two tables no longer have the same number of rows */
async function countLeft({ target }: Given): Promise<readonly Figure[]> {
  const rows = await ofBoth(target, (side) => `SELECT count(*) FROM ${tableOf(side)}`);
  if (rows.plain !== rows.parted) throw new Error(`${rows.plain} rows are left, and ${rows.parted} by month`);
  const dead = await ofBoth(target, (side) => ofAll(side, 'sum(pg_stat_get_dead_tuples(relid))'));
  const mb = await ofBoth(target, (side) => ofAll(side, 'sum(pg_total_relation_size(relid)) / 1048576'));
  return [
    { title: 'rows left', ...rows },
    { title: 'dead rows', ...dead },
    { title: 'size afterwards, MB', ...mb },
  ];
}

/** Of a table and its partitions. */
function ofAll(side: Side, value: string): string {
  const table = `'${tableOf(side)}'::regclass`;
  return `SELECT ${value} AS count FROM (SELECT relid FROM pg_partition_tree(${table}) UNION SELECT ${table}) AS t`;
}

async function ofBoth(target: PostgresTarget, sql: (side: Side) => string): Promise<Both> {
  const read = async (side: Side) => {
    const [row] = (await query(target, sql(side))) as readonly { readonly count: string }[];
    return Number(row?.count);
  };
  return { plain: await read('plain'), parted: await read('parted') };
}

async function vacuum({ target }: Given): Promise<readonly Figure[]> {
  const [plain, parted] = [
    await timed(() => query(target, `VACUUM ${tableOf('plain')}`)),
    await timed(() => query(target, `VACUUM ${tableOf('parted')}`)),
  ];
  return [{ title: 'VACUUM afterwards, ms', plain, parted }];
}

async function onClient(target: PostgresTarget, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
