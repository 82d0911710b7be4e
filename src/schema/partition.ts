/** How a table is divided into partitions. */

/** By which rule rows go to partitions. */
export type PartitionStrategy = 'range' | 'list' | 'hash';

/** How a table is divided. */
export interface PartitionModel {
  readonly strategy: PartitionStrategy;
  /** Names of columns; an expression as the database spells it. */
  readonly key: readonly string[];
  /** Whether a default partition takes the rows of no other one. */
  readonly rest: boolean;
  /** What an entity declares of its partitions; absent where a database alone is known, which does not keep it. */
  readonly policy?: PartitionPolicy;
}

/** Which partitions a table is to have. */
export type PartitionPolicy = RangePolicy | ListPolicy | HashPolicy;

/** Partitions of equal length in time. */
export interface RangePolicy {
  /** `1 month`, for example. */
  readonly every: string;
  /** How many partitions there are after the present one. */
  readonly ahead: number;
  /** After which time a partition is no longer needed; null for never. */
  readonly keep: string | null;
}

/** A partition for each list of values. */
export interface ListPolicy {
  readonly lists: Readonly<Record<string, readonly PartitionValue[]>>;
}

/** A value in the list of a partition. */
export type PartitionValue = string | number | boolean | null;

/** Partitions by the hash of the key. */
export interface HashPolicy {
  readonly count: number;
}

/** Whether two tables are divided alike; what entities declare of the partitions does not count. */
export function isSamePartition(one: PartitionModel | undefined, other: PartitionModel | undefined): boolean {
  if (!one || !other) return one === other;
  return isSameKey(one, other) && one.rest === other.rest;
}

/** Whether strategy and key are the same. */
export function isSameKey(one: PartitionModel, other: PartitionModel): boolean {
  return one.strategy === other.strategy && one.key.join('\0') === other.key.join('\0');
}

/** Whether a plain table becomes partitioned by time: its rows stay where they are, as the first partition. */
export function becomesRange(live: PartitionModel | undefined, desired: PartitionModel | undefined): boolean {
  return !live && desired?.strategy === 'range' && desired.policy !== undefined;
}

/** Whether a table that its entity divided by time becomes plain. */
export function becomesPlain(live: PartitionModel | undefined, desired: PartitionModel | undefined): boolean {
  return !desired && live?.strategy === 'range' && live.policy !== undefined;
}

/** `RANGE (at)`, as SQL has it without quotes. */
export function partitionWords({ strategy, key, rest }: PartitionModel): string {
  return `${strategy.toUpperCase()} (${key.join(', ')})${rest ? ' with a default partition' : ''}`;
}
