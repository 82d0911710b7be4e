import type { Expression, IndexModel, Parts, TableModel } from '../../schema/model.js';
import type { PartitionBound } from './bound.js';
import type { PostgresType } from '../../sql/postgres-types.js';

/** A type as a column has it. */
export type TypeFact = PostgresType;

/** An expression, as far as rules look into it. */
export interface ExpressionFact {
  /** Names of functions that give another value for each row, as far as is known. */
  readonly volatile: readonly string[];
  /** As the model has it. */
  readonly tree: Expression;
  /** As it is written; empty where that is not known. */
  readonly text: string;
}

/** An identity, by what an INSERT may do to it. */
export type Identity = 'always' | 'by default';

/** A column as a statement writes it. */
export interface ColumnFact {
  readonly name: string;
  readonly type: TypeFact;
  /** Empty for that of the type. */
  readonly collation: string;
  /** `serial`, `bigserial` or `smallserial`, where it is written so. */
  readonly serial: string | null;
  readonly notNull: boolean;
  readonly default: ExpressionFact | null;
  readonly generated: Identity | 'stored' | 'virtual' | null;
  /** What a computed column is computed from. */
  readonly computedFrom: Expression | null;
  readonly constraints: readonly ConstraintFact[];
  /** As it is written, constraints included. */
  readonly text: string;
}

/** Kinds of constraint for which the model has a place. */
type ConstraintKind = 'primary-key' | 'unique' | 'exclusion' | 'foreign-key' | 'check';

/** A constraint as the model has it; NOT NULL has no place there. */
export type ConstraintPart =
  | { readonly [K in ConstraintKind]: { readonly kind: K; readonly model: Parts[K] } }[ConstraintKind]
  | { readonly kind: 'not-null' };

/** A constraint as a statement writes it. */
export interface ConstraintFact {
  readonly kind: ConstraintPart['kind'];
  /** The one that PostgreSQL gives where none is written. */
  readonly name: string;
  /** False with NOT VALID. */
  readonly validated: boolean;
  readonly columns: readonly string[];
  /** The index that is to become it. */
  readonly usingIndex: string | null;
  /** The table that a foreign key points at. */
  readonly references: string | null;
  readonly part: ConstraintPart;
  /** Whether it is a key WITHOUT OVERLAPS, for which no index can be built beforehand. */
  readonly overlapping: boolean;
  /** As it is written, its name included. */
  readonly text: string;
  /** The column without it, as it is written, for one that stands in the definition of a column; null otherwise. */
  readonly columnText: string | null;
}

/** One column that an UPDATE sets. */
export interface AssignmentFact {
  readonly column: string;
  /** What it is set to, as it is written. */
  readonly value: string;
  /** Whether another run would give another value: a volatile function, or a column that the same UPDATE sets. */
  readonly unstable: boolean;
}

/** A change of rows. */
export interface WriteAction {
  readonly kind: 'write';
  readonly verb: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly table: string;
  readonly hasWhere: boolean;
  /** Whether it is a part of MERGE; its WHERE is then the condition behind AND. */
  readonly inMerge: boolean;
  /** What an UPDATE sets. */
  readonly columns: readonly string[];
  /** The same as it is written, `"depth" = 0`; null where it needs more than the row. */
  readonly assignments: readonly AssignmentFact[] | null;
  /** Whether it stands in a DO block. */
  readonly inBlock: boolean;
}

/** IF EXISTS: what is to go need not be there. */
interface Drop {
  readonly ifExists?: boolean;
  /** ALTER TABLE IF EXISTS: nor need its table. */
  readonly ifTableExists?: boolean;
}

/** IF NOT EXISTS: what is there stays as it is. */
interface Creation {
  readonly ifNotExists?: boolean;
}

/** CASCADE: what depends on it goes as well. */
interface Cascading {
  readonly cascade?: boolean;
}

/** What a domain is over, and whether it rejects values. */
export interface DomainFact {
  readonly type: TypeFact;
  readonly isChecked: boolean;
}

/** A view, a trigger, a function or another object. */
interface NamedObject {
  readonly object: string;
  readonly name: string;
  readonly table: string | null;
}

/** A table that becomes a partition or an heir of another, or is one no more. */
interface Parentage {
  readonly table: string;
  readonly parent: string;
  readonly isPartition: boolean;
}

/** What a statement does, one kind of thing at a time; tables and types without the schema `public`. */
export type Action =
  | (Creation & {
      readonly kind: 'create-table';
      readonly table: string;
      readonly columns: readonly ColumnFact[];
      readonly constraints: readonly ConstraintFact[];
      readonly complete: boolean;
      /** Columns by which it is partitioned; null where it is not. */
      readonly partitionKey: readonly string[] | null;
      /** The table of which it is a partition, or those from which it inherits. */
      readonly parents: readonly string[];
      readonly isPartition: boolean;
      /** Whether it is the partition of all rows that no other one takes. */
      readonly isDefault: boolean;
      readonly persistence: TableModel['persistence'];
    })
  | (Parentage & {
      readonly kind: 'add-parent';
      readonly bound: PartitionBound | null;
      /** The statement in one line. */
      readonly text: string;
    })
  | (Parentage & { readonly kind: 'drop-parent' })
  | (Drop & Cascading & { readonly kind: 'drop-table'; readonly table: string })
  | { readonly kind: 'rename-table'; readonly table: string; readonly to: string }
  | (Creation & { readonly kind: 'add-column'; readonly table: string; readonly column: ColumnFact })
  | (Drop & Cascading & { readonly kind: 'drop-column'; readonly table: string; readonly column: string })
  | { readonly kind: 'rename-column'; readonly table: string; readonly column: string; readonly to: string }
  | {
      readonly kind: 'change-type';
      readonly table: string;
      readonly column: string;
      readonly type: TypeFact;
      /** Empty for that of the type. */
      readonly collation: string;
      readonly using: ConversionFact;
    }
  | { readonly kind: 'set-not-null'; readonly table: string; readonly column: string }
  | { readonly kind: 'drop-not-null'; readonly table: string; readonly column: string }
  | {
      readonly kind: 'set-default';
      readonly table: string;
      readonly column: string;
      readonly value: ExpressionFact | null;
    }
  | {
      readonly kind: 'set-identity';
      readonly table: string;
      readonly column: string;
      readonly identity: Identity | null;
    }
  | {
      readonly kind: 'add-constraint';
      readonly table: string;
      readonly constraint: ConstraintFact;
      /** With ONLY: not on what is below the table. */
      readonly only: boolean;
    }
  | { readonly kind: 'validate-constraint'; readonly table: string; readonly name: string }
  | (Drop & { readonly kind: 'drop-constraint'; readonly table: string; readonly name: string })
  | { readonly kind: 'rename-constraint'; readonly table: string; readonly name: string; readonly to: string }
  | (Creation & {
      readonly kind: 'create-index';
      readonly table: string;
      /** As it is written; empty where it is not. */
      readonly name: string;
      readonly concurrently: boolean;
      /** With ONLY: not on what is below the table. */
      readonly only: boolean;
      readonly index: IndexModel;
      /** The statement in one line. */
      readonly text: string;
    })
  | (Drop & { readonly kind: 'drop-index'; readonly name: string; readonly concurrently: boolean })
  | { readonly kind: 'rename-index'; readonly name: string; readonly to: string }
  | { readonly kind: 'create-enum'; readonly name: string; readonly values: readonly string[] }
  | (Drop & { readonly kind: 'drop-type'; readonly name: string })
  | { readonly kind: 'rename-type'; readonly name: string; readonly to: string }
  | { readonly kind: 'add-enum-value'; readonly name: string; readonly value: string }
  | { readonly kind: 'rename-enum-value'; readonly name: string; readonly value: string; readonly to: string }
  | (NamedObject & { readonly kind: 'create-object'; readonly domain?: DomainFact; readonly filled?: true })
  | (Drop & NamedObject & { readonly kind: 'drop-object' })
  | {
      readonly kind: 'alter-domain';
      readonly name: string;
      /** The constraint that is added or checked, if it has a name. */
      readonly constraint: string | null;
      /** What is checked in every table that uses the domain. */
      readonly work: 'check' | 'not-null' | null;
      /** Whether it rejects more values from then on. */
      readonly restricts: boolean;
    }
  /** CASCADE takes what the statement does not name. */
  | { readonly kind: 'drop-cascade'; readonly object: string; readonly name: string; readonly text: string }
  | {
      readonly kind: 'rewrite';
      /** Null for all tables. */
      readonly table: string | null;
      /** The column whose values are computed again. */
      readonly column: string | null;
      readonly what: string;
      /** The statement in one line. */
      readonly text: string;
    }
  | {
      readonly kind: 'reindex';
      readonly object: string;
      readonly name: string;
      /** The statement in one line. */
      readonly text: string;
    }
  | { readonly kind: 'enforce-constraint'; readonly table: string; readonly name: string }
  | {
      readonly kind: 'set-comment';
      readonly table: string;
      /** Null where the comment is on the table. */
      readonly column: string | null;
      readonly comment: string | null;
    }
  | { readonly kind: 'drop-database'; readonly name: string }
  | { readonly kind: 'drop-schema'; readonly name: string; readonly cascade: boolean }
  | {
      readonly kind: 'truncate';
      readonly tables: readonly string[];
      readonly cascade: boolean;
      readonly text: string;
    }
  | WriteAction
  | { readonly kind: 'set'; readonly setting: string; readonly text: string }
  /** Of the session, for the transaction or for longer; null for one that is not known. */
  | { readonly kind: 'set-time-zone'; readonly zone: string | null }
  | { readonly kind: 'outside-only'; readonly what: string }
  | { readonly kind: 'block'; readonly ends: string | null }
  /** A table becomes partitioned with its rows, or plain again: then there is no key. */
  | { readonly kind: 'divide-table'; readonly table: string; readonly key: string | null }
  | { readonly kind: 'other' }
  /** Known to change nothing that rules look at. */
  | { readonly kind: 'none' };

/** How the values of a column become those of another type. */
export type ConversionFact =
  | { readonly kind: 'none' }
  /** The column itself, perhaps cast to the very type that it is to have. */
  | { readonly kind: 'same'; readonly cast: boolean; readonly zone: ZoneUse }
  | { readonly kind: 'computed'; readonly zone: ZoneUse };

/** What an expression does with the time zone of the session. */
export interface ZoneUse {
  /** Whether it reads that zone, whatever the types of its columns are. */
  readonly reads: boolean;
  readonly steps: readonly ZoneStep[];
}

/** A value that becomes one of a type, that AT TIME ZONE shifts, or of which a part is taken. */
export interface ZoneStep {
  readonly from: ZoneOrigin;
  readonly to: TypeFact | 'zone' | 'parts';
}

/** Where the type of a value comes from. */
export type ZoneOrigin =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'type'; readonly type: TypeFact }
  | { readonly kind: 'shifted'; readonly of: ZoneOrigin }
  | { readonly kind: 'unknown' };

/** An action of one kind. */
export type ActionOf<K extends Action['kind']> = Extract<Action, { readonly kind: K }>;
