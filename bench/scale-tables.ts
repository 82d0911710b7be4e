import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import type { PostgresTarget } from '../src/database-url.js';
import { generateRevisions } from '../src/generate/generate-revisions.js';
import { migrateUp } from '../src/migrator/migrate.js';
import type { PartitionOptions } from '../src/partitioned.js';
import { keepPartitionsAt } from '../src/partitions/keep-partitions.js';
import { generatedClass } from '../test/support/generated-class.js';
import { partitionedEntity } from '../test/support/partitioned-entity.js';
import { urlOf } from '../test/support/servers.js';
import { connected, dataSourceOn, type Revisions } from './online-databases.js';

/** One of the two tables with the same rows. */
export type Side = 'plain' | 'parted';

/** Both, in the order of the columns of the report. */
export const SIDES: readonly Side[] = ['plain', 'parted'];

/** Over which time the rows are spread, and how much of it is kept. */
export const DAYS = { all: 180, kept: 90 } as const;

/** How many transitions a job has. */
export const OF_ONE_JOB = 100;

const MONTHLY: PartitionOptions = {
  by: 'at',
  strategy: 'range',
  every: '1 month',
  ahead: 8,
  keep: `${DAYS.kept} days`,
};
/** A clock by which the first partition is made before the first row. */
const BEFORE_ALL = `pg_catalog.now() - interval '${DAYS.all + 1} days'`;

/** Its table, as SQL. */
export function tableOf(side: Side): string {
  return `transition_${side}`;
}

/** The entities of both tables. */
export const ENTITIES: EntitySchema[] = [entityOf('plain', undefined), entityOf('parted', MONTHLY)];

/** The same tables, with the plain one partitioned as well. */
export const ALL_PARTED: EntitySchema[] = [entityOf('plain', MONTHLY), entityOf('parted', MONTHLY)];

/** The state transitions of this project; a partitioned table has the time in its key. */
function entityOf(side: Side, options: PartitionOptions | undefined): EntitySchema {
  const table = tableOf(side);
  const key = { primary: true, primaryKeyConstraintName: `pk_${table}` };
  return partitionedEntity(table, options, {
    columns: {
      id: { type: 'bigint', ...key },
      job_id: { type: 'varchar', length: 100 },
      from_state: { type: 'varchar', length: 20, nullable: true },
      to_state: { type: 'varchar', length: 20 },
      reason: { type: 'text', nullable: true },
      at: { type: 'timestamptz', ...(options ? key : {}) },
    },
    indices: [
      { name: `ix_${table}_at`, columns: ['at'] },
      { name: `ix_${table}_job_id_at`, columns: ['job_id', 'at'] },
    ],
  });
}

/** Creates both by a generated revision, which it returns, and the partitions of the past by the keeper. */
export async function createTables(target: PostgresTarget, server: PostgresTarget): Promise<Revisions> {
  const revisions = await generatedFor(ENTITIES, [], server);
  const dataSource = dataSourceOn(target, ENTITIES, revisions);
  await connected(dataSource, async () => {
    await migrateUp(dataSource);
    await keepPartitionsAt(dataSource, {}, BEFORE_ALL);
  });
  return revisions;
}

/** The classes of what a history lacks for these entities. */
export async function generatedFor(
  entities: EntitySchema[],
  history: Revisions,
  server: PostgresTarget,
): Promise<Revisions> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  try {
    const { revisions } = await generateRevisions(dataSourceOn(server, entities, history), {
      ...{ folder, name: 'Transitions', write: false, oneStep: true, scratchUrl: urlOf(server) },
    });
    return revisions.map(generatedClass);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
