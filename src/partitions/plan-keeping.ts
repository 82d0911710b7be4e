/** What a table of partitions by time needs: decided from what there is, without a connection. */

import type { LivePartition, LiveTable, NewPartition } from '../databases/partitioning.js';
import { intervalOf, parseInterval } from '../schema/interval.js';
import type { PartitionModel, RangePolicy } from '../schema/partition.js';
import { partitionWords } from '../schema/partition.js';
import {
  boundWords,
  earlier,
  isWithin,
  overlap,
  periodAt,
  periodsFrom,
  type Period,
} from '../schema/periods.js';

/** Why something was not done. */
export type RefusalReason =
  | 'alone'
  | 'default-rows'
  | 'differs'
  | 'failed'
  | 'hidden'
  | 'many'
  | 'name-taken'
  | 'needed'
  | 'overlap'
  | 'referenced';

/** Something that was not done. */
export interface PartitionRefusal {
  /** The partition; the table where it is about all of it. */
  readonly object: string;
  readonly reason: RefusalReason;
  /** What it is and what to do, in words. */
  readonly message: string;
}

/** What a table needs. */
export interface TableNeeds {
  readonly make: readonly NewPartition[];
  /** Older than is kept, the oldest first. */
  readonly old: readonly LivePartition[];
  /** With one of them nothing is changed in this table. */
  readonly refusals: readonly PartitionRefusal[];
}

/** Names a partition by where it begins. */
export type NameOf = (lower: number) => string;

/** The partitions that are missing, and those that are no longer needed. */
export function needsOf(live: LiveTable, policy: RangePolicy, nameOf: NameOf): TableNeeds {
  const missing = wantedPeriods(live, policy).filter((period) => !isCovered(live, period));
  return { ...newPartitions(live, missing, nameOf), old: oldPartitions(live, policy) };
}

/** The present period, and those after it that the policy wants. */
export function wantedPeriods({ now }: LiveTable, { every, ahead }: RangePolicy): readonly Period[] {
  return periodsFrom(now, intervalOf(every), ahead);
}

/** The same for periods whose rows are in the default partition. */
export function newPartitions(
  live: LiveTable,
  periods: readonly Period[],
  nameOf: NameOf,
): Pick<TableNeeds, 'make' | 'refusals'> {
  const make = periods.map((period) => ({ ...period, name: nameOf(period.lower) }));
  const refusals = make.flatMap((partition): readonly PartitionRefusal[] => {
    const other = live.partitions.find((one) => overlap(one, partition));
    if (!other) return [];
    return [other.isDetaching ? interrupted(live, other) : overlapping(live, partition, other)];
  });
  return { make, refusals };
}

function overlapping(live: LiveTable, partition: NewPartition, other: LivePartition): PartitionRefusal {
  return {
    object: partition.name,
    reason: 'overlap',
    message:
      `${partition.name} (${periodWords(partition)}) would overlap the partition ${other.name} (${periodWords(other)}). ` +
      `Nothing was changed in ${live.table}. Detach ${other.name}, or create partitions by hand for the rest of that time.`,
  };
}

/** `2026-12-01 to 2027-01-01` */
function periodWords({ lower, upper }: Period): string {
  return `${boundWords(lower)} to ${boundWords(upper)}`;
}

/** A partition from which no query reads, and into which no row goes. */
export function interrupted({ table }: LiveTable, { name }: Pick<LivePartition, 'name'>): PartitionRefusal {
  return {
    object: name,
    reason: 'alone',
    message: `Detaching ${name} was interrupted. Nothing was changed in ${table}. Run ALTER TABLE ... DETACH PARTITION ... FINALIZE first.`,
  };
}

/** A partition of any name and length that has all of a period takes its rows, unless it is being detached. */
export function isCovered({ partitions }: LiveTable, period: Period): boolean {
  return partitions.some((one) => !one.isDetaching && isWithin(period, one));
}

/** Their last row is older than is kept. Without `keep` there are none. */
function oldPartitions({ partitions, now }: LiveTable, { keep }: RangePolicy): readonly LivePartition[] {
  const interval = keep === null ? undefined : parseInterval(keep);
  if (!interval) return [];
  const limit = earlier(now, interval);
  const old = partitions.filter(({ upper }) => upper <= limit).toSorted((a, b) => a.upper - b.upper);
  // The server detaches one at a time: that which it began with is the first.
  return [...old.filter(({ isDetaching }) => isDetaching), ...old.filter((one) => !one.isDetaching)];
}

/** How many partitions follow the present one without a gap, and where the last of them ends. */
export function aheadOf({ partitions, now }: LiveTable): { readonly ahead: number; readonly until: number } {
  const sorted = partitions
    .filter(({ upper, isDetaching }) => upper > now && !isDetaching)
    .toSorted((a, b) => a.lower - b.lower);
  let [until, ahead] = [now, 0];
  for (const { lower, upper } of sorted) {
    if (lower > until) break;
    if (lower > now) ahead += 1;
    until = upper;
  }
  return { ahead, until };
}

/** The period of a moment, for rows of the default partition. */
export function periodOf(moment: number, policy: RangePolicy): Period {
  return periodAt(moment, intervalOf(policy.every));
}

/** A table whose strategy or key is another one than its entity declares; undefined where both are the same. */
export function differing(live: LiveTable, partition: PartitionModel): PartitionRefusal | undefined {
  if (live.strategy === partition.strategy && live.key.join('\0') === partition.key.join('\0'))
    return undefined;
  const is =
    live.strategy === undefined
      ? 'a plain table'
      : `partitioned by ${live.strategy.toUpperCase()} (${live.key.map((one) => one ?? 'an expression').join(', ')})`;
  return {
    object: live.table,
    reason: 'differs',
    message: `${live.table} is ${is}, and its entity declares ${partitionWords({ ...partition, rest: false })}. Nothing was changed in it. Run check: npm run -s db:check`,
  };
}
