import 'reflect-metadata';
import pg from 'pg';
import type { DataSource, EntitySchema } from 'typeorm';
import type { PostgresTarget } from '../src/database-url.js';
import { clientConfig, startEmbeddedPostgres } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { checkDrift } from '../src/drift/check-drift.js';
import { partitionedEntity } from '../test/support/partitioned-entity.js';
import { entity } from '../test/integration/drift/no-false-alarm-database.js';
import { median, timed } from './measure.js';
import { dataSourceOn } from './online-databases.js';
import { printTable } from './table.js';

/** Days, a partition each; none is a plain table. */
const SIZES = [0, 1000, 5000] as const;
/** More in one transaction would run out of locks. */
const AT_ONCE = 100;
const DAY_MS = 86_400_000;
const HEADING = ['partitions', 'check ms', 'to a plain table', 'first check ms'];

/** Prints what a check of a table of state transitions costs, plain and with partitions, in turns of one run. */
export async function driftPartitions(): Promise<void> {
  const server = await startEmbeddedPostgres();
  try {
    await withTables(server.target, SIZES, measure);
  } finally {
    await server.stop();
  }
}

/** Lends a database for each number of partitions. */
async function withTables(
  server: PostgresTarget,
  [size, ...others]: readonly number[],
  use: (targets: readonly PostgresTarget[]) => Promise<void>,
): Promise<void> {
  if (size === undefined) return use([]);
  await withScratchDatabase(server, async (target) => {
    await create(target, size);
    await withTables(server, others, (targets) => use([target, ...targets]));
  });
}

async function measure(targets: readonly PostgresTarget[]): Promise<void> {
  const sources = targets.map((target, at) => dataSourceOn(target, entitiesFor(SIZES[at] ?? 0), []));
  const first: number[] = [];
  for (const dataSource of sources) {
    await dataSource.initialize();
    first.push(await timed(() => checkInSync(dataSource)));
  }
  const times = await median(...sources.map((dataSource) => () => checkInSync(dataSource)));
  for (const dataSource of sources) await dataSource.destroy();
  const [plain = 0] = times;
  printTable(
    HEADING,
    times.map((ms, at) => [
      String(SIZES[at]),
      ms.toFixed(1),
      (ms / plain).toFixed(2),
      (first[at] ?? 0).toFixed(1),
    ]),
  );
}

async function checkInSync(dataSource: DataSource): Promise<void> {
  const { status, changes, uncomparable, unmanaged } = await checkDrift(dataSource);
  if (status === 'drifted' || uncomparable.length > 0 || unmanaged.length > 0)
    throw new Error(`The table drifts: ${JSON.stringify([changes, uncomparable, unmanaged])}`);
}

function entitiesFor(partitions: number): EntitySchema[] {
  const key = { primary: true, primaryKeyConstraintName: 'pk_transition' };
  const daily = { by: 'at', strategy: 'range', every: '1 day' } as const;
  const transition = partitionedEntity('transition', partitions === 0 ? undefined : daily, {
    columns: {
      id: { type: 'bigint', ...key },
      job_id: { type: 'integer' },
      from_state: { type: 'varchar', length: 20, nullable: true },
      to_state: { type: 'varchar', length: 20 },
      reason: { type: 'text', nullable: true },
      at: { type: 'timestamptz', default: () => 'now()', ...key },
    },
    indices: [
      { name: 'ix_transition_at', columns: ['at'] },
      { name: 'ix_transition_job_id_at', columns: ['job_id', 'at'] },
    ],
    foreignKeys: [
      { name: 'fk_transition_job_id', target: 'job', columnNames: ['job_id'], referencedColumnNames: ['id'] },
    ],
  });
  return [
    entity('job', { id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_job' } }),
    transition,
  ];
}

async function create(target: PostgresTarget, partitions: number): Promise<void> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    await client.query(tablesSql(partitions));
    for (let first = 0; first < partitions; first += AT_ONCE) {
      const days = Array.from({ length: Math.min(AT_ONCE, partitions - first) }, (_, at) => first + at);
      await client.query(days.map(partitionSql).join(';'));
    }
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

function tablesSql(partitions: number): string {
  return `
  CREATE TABLE job (id integer NOT NULL, CONSTRAINT pk_job PRIMARY KEY (id));
  CREATE TABLE transition (id bigint NOT NULL, job_id integer NOT NULL, from_state varchar(20), to_state varchar(20) NOT NULL,
    reason text, at timestamptz NOT NULL DEFAULT now(), CONSTRAINT pk_transition PRIMARY KEY (id, at),
    CONSTRAINT fk_transition_job_id FOREIGN KEY (job_id) REFERENCES job (id))${partitions === 0 ? '' : ' PARTITION BY RANGE (at)'};
  CREATE INDEX ix_transition_at ON transition (at);
  CREATE INDEX ix_transition_job_id_at ON transition (job_id, at)`;
}

function partitionSql(day: number): string {
  const bound = (at: number) => `'${new Date(at * DAY_MS).toISOString()}'`;
  return `CREATE TABLE transition_p${day} PARTITION OF transition FOR VALUES FROM (${bound(day)}) TO (${bound(day + 1)})`;
}
