/** How far ahead the partitions of tables are. */

import type { DataSource } from 'typeorm';
import type { LiveTable, Partitioning } from '../databases/partitioning.js';
import { databaseOf } from '../databases/registry.js';
import type { Session } from '../databases/session.js';
import { onConnection } from '../migrator/connections.js';
import type { PartitionStrategy, RangePolicy } from '../schema/partition.js';
import { declaredTables, type DeclaredTable } from './declared.js';
import { aheadOf, differing, needsOf, type TableNeeds } from './plan-keeping.js';

/** The partitions of a table. */
export interface TablePartitions {
  readonly table: string;
  readonly strategy: PartitionStrategy;
  /** Columns by whose values the rows are divided. */
  readonly key: readonly string[];
  /** Without the default one. */
  readonly partitions: number;
  /** Rows of the default partition, counted up to 100,000; null where the table has none. */
  readonly defaultRows: number | null;
  /** Of partitions by time; absent for others. */
  readonly time?: TimePartitions;
  /** What keeps its partitions in place of this package. */
  readonly leftTo?: 'pg_partman';
  /** Why nothing is changed in the table, in words. */
  readonly problem?: string;
}

/** What there is of partitions by time. */
export interface TimePartitions {
  /** As the entity declares them. */
  readonly every: string;
  readonly keep: string | null;
  /** How many partitions the entity wants after the present one. */
  readonly wanted: number;
  /** How many follow the present one without a gap. */
  readonly ahead: number;
  /** Where the first partition begins and the last one ends, ISO 8601; null for no bound, or for no partition. */
  readonly first: string | null;
  readonly last: string | null;
  /** Where a row first finds no partition of its own from now on, ISO 8601; null where that is never. */
  readonly until: string | null;
  /** Names of the partitions that `keep` would make, and of those that it would drop. */
  readonly missing: readonly string[];
  readonly old: readonly string[];
}

/** The greatest number of rows to count. */
export const ROWS_COUNTED = 100_000;

/**
 * The tables whose entities declare partitions; writes nothing. None for a database without partitions. Tables that do
 * not exist yet are left out.
 */
export async function readPartitions(dataSource: DataSource): Promise<readonly TablePartitions[]> {
  const { partitioning } = databaseOf(dataSource);
  const declared = declaredTables(dataSource);
  if (!partitioning || declared.length === 0) return [];
  return onConnection(dataSource, async (session) => {
    const tables: TablePartitions[] = [];
    for (const live of await partitioning.read(session, declared))
      tables.push(await described(session, { partitioning, live }, declaredOf(declared, live)));
    return tables;
  });
}

/** The declaration of a table that was read. */
export function declaredOf(declared: readonly DeclaredTable[], { table }: LiveTable): DeclaredTable {
  const found = declared.find(({ name }) => name === table);
  if (!found) throw new Error(`${table} was not asked for`);
  return found;
}

/** The policy of a table that is partitioned by time. */
export function rangePolicyOf({ partition: { policy } }: DeclaredTable): RangePolicy | undefined {
  return policy && 'every' in policy ? policy : undefined;
}

async function described(
  session: Session,
  { partitioning, live }: { readonly partitioning: Partitioning; readonly live: LiveTable },
  declared: DeclaredTable,
): Promise<TablePartitions> {
  const { partition } = declared;
  const differs = differing(live, partition);
  const policy = differs ? undefined : rangePolicyOf(declared);
  const needs = policy && needsOf(live, policy, (lower) => partitioning.nameOf(live, policy.every, lower));
  const problem = (differs ?? needs?.refusals[0])?.message;
  return {
    table: live.table,
    strategy: partition.strategy,
    key: partition.key,
    partitions: live.partitions.length,
    defaultRows: live.rest ? await partitioning.countRest(session, live, { most: ROWS_COUNTED }) : null,
    ...(policy && needs ? { time: timeOf(live, policy, needs) } : {}),
    ...(live.keeper === 'pg_partman' ? { leftTo: live.keeper } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

function timeOf(live: LiveTable, policy: RangePolicy, { make, old, refusals }: TableNeeds): TimePartitions {
  const { ahead, until } = aheadOf(live);
  const isLeft = live.keeper === 'pg_partman' || refusals.length > 0;
  const names = (list: readonly { readonly name: string }[]) => (isLeft ? [] : list.map(({ name }) => name));
  return {
    every: policy.every,
    keep: policy.keep,
    wanted: policy.ahead,
    ahead,
    first: instantOf(Math.min(...live.partitions.map(({ lower }) => lower))),
    last: instantOf(Math.max(...live.partitions.map(({ upper }) => upper))),
    until: instantOf(until),
    missing: names(make),
    old: names(old),
  };
}

function instantOf(moment: number): string | null {
  return Number.isFinite(moment) ? new Date(moment).toISOString() : null;
}
