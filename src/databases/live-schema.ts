import type { SchemaModel, TableModel, Uncomparable, UnmanagedObject } from '../schema/model.js';
import type { DomainColumn } from '../schema/domains.js';
import type { SpecialTable } from '../schema/special-tables.js';

/** What a database has. */
export interface LiveSchema {
  readonly schema: SchemaModel;
  /** What entities cannot declare at all: views, triggers, row security, sequences of their own. */
  readonly unmanaged: readonly LiveObject[];
  readonly uncomparable: readonly Uncomparable[];
  /** Columns of `schema` whose types are domains; absent where there are none. */
  readonly domains?: readonly DomainColumn[];
  /** Tables of `schema` that are not like others; absent where there are none. */
  readonly specials?: readonly SpecialTable[];
  /** What partitions have and their tables have not; absent where that is nothing. */
  readonly deviations?: readonly LiveObject[];
  /** Materialized views, whose columns and indexes are like those of tables; absent where there are none. */
  readonly materialized?: readonly TableModel[];
}

/** What may be different in a partition. */
export type PartitionDeviation = Extract<
  UnmanagedObject['kind'],
  | 'index'
  | 'unique'
  | 'check'
  | 'exclusion'
  | 'foreign-key'
  | 'trigger'
  | 'disabled-trigger'
  | 'default'
  | 'detached-partition'
>;

/** Runs read-only statements in one round trip and gives the rows of each. */
export type ReadAll = (statements: readonly string[]) => Promise<readonly (readonly unknown[])[]>;

/** Something that entities cannot declare. */
export interface LiveObject extends UnmanagedObject {
  /** The table or view that it belongs to, where it does. */
  readonly owner?: string;
}

/** Whether it is a view of either kind. */
export function isView({ kind }: UnmanagedObject): boolean {
  return kind === 'view' || kind === 'materialized-view';
}
