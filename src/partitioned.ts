/** The decorator of entities whose tables are partitioned. It needs nothing of TypeORM, so entities can import it alone. */

import type { PartitionValue } from './schema/partition.js';

/** Partitions of equal length in time: each month, for example. */
export interface RangePartitions {
  /** The property by which rows are divided: a date, a timestamp or a timestamptz that is not null. */
  readonly by: string;
  readonly strategy: 'range';
  /** The length of a partition: a number of hours, days, weeks, months or years, such as `1 month`. Times are in UTC. */
  readonly every: string;
  /** How many partitions are made after the present one; default 3. */
  readonly ahead?: number;
  /** How long rows are kept, at least as long as `every`; default forever. */
  readonly keep?: string;
  /** Whether a default partition takes the rows of no other one; default false: such rows are refused. */
  readonly default?: boolean;
}

/** A partition for each list of values. */
export interface ListPartitions {
  /** The property by which rows are divided. */
  readonly by: string;
  readonly strategy: 'list';
  /** The values of each partition, by the end of its name. */
  readonly partitions: Readonly<Record<string, readonly PartitionValue[]>>;
  /** Whether a default partition takes the rows of no other one; default false: such rows are refused. */
  readonly default?: boolean;
}

/** Partitions of about the same size, by the hash of a column. */
export interface HashPartitions {
  /** The property by which rows are divided. */
  readonly by: string;
  readonly strategy: 'hash';
  /** How many partitions there are. */
  readonly partitions: number;
}

/** How the table of an entity is partitioned. */
export type PartitionOptions = RangePartitions | ListPartitions | HashPartitions;

/** Registered, so that two copies of this package in one process know the same classes. */
const OPTIONS = Symbol.for('orchestrator-db.partitioned');

/**
 * Declares that the table of an entity is partitioned on PostgreSQL; other databases have a plain table. It stands
 * beside `@Entity`. The options are checked when the entities are read: a wrong one throws EntityPartitionError there.
 */
export function Partitioned(options: PartitionOptions): ClassDecorator {
  return (target) => {
    Object.defineProperty(target, OPTIONS, { value: options });
  };
}

/** The options of a class itself, as they are written; undefined where it has none. */
export function partitionOptions(target: unknown): PartitionOptions | undefined {
  if (typeof target !== 'function' || !Object.hasOwn(target, OPTIONS)) return undefined;
  return (target as unknown as Readonly<Record<typeof OPTIONS, PartitionOptions>>)[OPTIONS];
}
