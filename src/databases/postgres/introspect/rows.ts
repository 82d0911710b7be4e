import type { PartitionDeviation } from '../../live-schema.js';
import type { PartitionModel } from '../../../schema/partition.js';

/** A row of each of the catalog queries, in their order. */
export interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `r` table, `p` partitioned table, `f` foreign table, `v` view, `m` materialized view. */
  readonly kind: string;
  /** `p` permanent, `u` unlogged, `t` temporary. */
  readonly persistence: string;
  readonly rowSecurity: boolean;
  /** Whether policies hold for the owner too. */
  readonly forcesRowSecurity: boolean;
  readonly comment: string | null;
  readonly isPartition: boolean;
  /** How it is partitioned; null for a table that is not. */
  readonly partition: PartitionModel | null;
  /** The tables of which it is a partition or a child; null for none. */
  readonly parentIds: readonly number[] | null;
}

/** A partition that an entity may be mapped to. */
export type PartitionRow = Pick<TableRow, 'oid' | 'schema' | 'name'>;

/** What belongs to a table. */
export interface Owned {
  readonly tableId: number;
}

export interface ColumnRow extends Owned {
  readonly name: string;
  /** Whether no row can contain NULL: false for NOT VALID. */
  readonly notNull: boolean;
  /** From version 18 on, the name of its own NOT NULL; null where it is the usual one of a usual constraint. */
  readonly requirement: string | null;
  /** Whether that has NO INHERIT. */
  readonly requiredAlone: boolean | null;
  /** Whether a partition, or a child, has it from its parent. */
  readonly inherited: boolean;
  /** `a` always, `d` by default, empty for none. */
  readonly identity: string;
  /** `s` stored, `v` virtual, empty for none. */
  readonly generated: string;
  readonly type: string;
  /** The type without length and precision, as a cast shows it. */
  readonly bareType: string;
  /** The schema of the type; of the element, for an array, as with the next two. */
  readonly typeSchema: string;
  readonly typeName: string;
  /** `b` base, `e` enumerated, `d` domain, `c` composite, `r` range, `m` multirange. */
  readonly typeKind: string;
  /** The type that a domain restricts. */
  readonly domainOf: string | null;
  readonly isArray: boolean;
  readonly collation: string | null;
  readonly default: string | null;
  readonly comment: string | null;
  readonly ownsSequence: boolean;
}

export interface ConstraintRow extends Owned {
  readonly name: string;
  readonly kind: 'p' | 'u' | 'f' | 'c' | 'x' | 'n';
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly validated: boolean;
  /** False for NOT ENFORCED. */
  readonly enforced: boolean;
  /** Of a check. */
  readonly noInherit: boolean;
  /** Columns behind ON DELETE SET NULL or SET DEFAULT. */
  readonly setColumns: readonly string[] | null;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly match: string;
  readonly target: string | null;
  readonly targetSchema: string | null;
  readonly columns: readonly string[] | null;
  readonly references: readonly string[] | null;
  /** Of a check, the condition; of an exclusion constraint, all of it. */
  readonly expression: string | null;
  /** Whether a partition, or a child, has it from its parent. */
  readonly inherited: boolean;
  /** Whether the model cannot hold all of it. */
  readonly beyond: boolean;
  /** Why the server does not enforce it: its index is not valid, or its triggers are disabled. */
  readonly unenforced: 'index' | 'triggers' | null;
  /** The whole of one that is `beyond` or `unenforced`. */
  readonly definition: string | null;
}

export interface IndexKeyRow {
  readonly column: string | null;
  readonly expression: string | null;
  /** Bit 1 is DESC, bit 2 is NULLS FIRST. */
  readonly option: number;
  readonly opclass: string | null;
  readonly collation: string | null;
  /** False for a column of INCLUDE. */
  readonly key: boolean;
}

export interface IndexRow extends Owned {
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly method: string;
  /** Whether a partition has it from its parent. */
  readonly inherited: boolean;
  /** Empty unless the method is not one of the server's own. */
  readonly definition: string;
  /** The constraint that made it. */
  readonly constraint: string | null;
  readonly where: string | null;
  readonly nullsNotDistinct: boolean;
  readonly keys: readonly IndexKeyRow[];
}

export interface EnumRow {
  readonly schema: string;
  readonly name: string;
  readonly values: readonly string[];
}

type AttachedKind =
  | 'trigger'
  | 'rule'
  | 'policy'
  | 'statistics'
  | 'disabled-trigger'
  | 'disabled-rule'
  | 'unenforced-policy'
  | 'storage-parameter';

/** What is of a table or a view, and entities cannot declare. */
export interface AttachedRow extends Owned {
  readonly kind: AttachedKind;
  readonly name: string;
}

/** What a partition has and its table has not. */
export interface DeviationRow extends Owned {
  readonly kind: PartitionDeviation;
  readonly schema: string;
  readonly partition: string;
  /** Of the object; empty for the partition itself. */
  readonly name: string;
}

/** What is of no schema. */
export interface DatabaseObjectRow {
  readonly kind: 'event-trigger' | 'publication' | 'default-privileges';
  readonly name: string;
}

export interface SequenceRow {
  readonly schema: string;
  readonly name: string;
}

/** A setting of the session that reads. */
export interface SettingRow {
  readonly replicationRole: string;
}
