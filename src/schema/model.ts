import type { PartitionModel } from './partition.js';

/**
 * A schema as plain data: the same shape for entities and for a database. Lists are sorted by name, names replace
 * pointers, and what is missing is null.
 */
export interface SchemaModel {
  /** Name of the kind of database, such as `postgres`. */
  readonly dialect: string;
  readonly tables: readonly TableModel[];
  /** Enumerated types; none where they are checks (SQLite). */
  readonly enums: readonly EnumModel[];
  /** The views that entities declare; absent where only tables are compared. */
  readonly views?: readonly ViewModel[];
}

/** How the reason begins of what is uncomparable because no decorator has it. */
export const CANNOT_DECLARE = 'entities cannot declare such a';

/** An SQL expression: as it is written, and in the spelling that is compared. */
export interface Expression {
  readonly sql: string;
  readonly canonical: string;
  /** Why the database does not spell it; then two expressions are comparable only if they are written alike. */
  readonly refused?: string;
}

/** A table and everything that belongs to it. */
export interface TableModel {
  /** With its schema in front where that is not the default one: `audit.events`. */
  readonly name: string;
  /** Whether the table survives a crash of the server; always `permanent` on SQLite. */
  readonly persistence: 'permanent' | 'unlogged';
  readonly comment: string | null;
  /** The options after the columns in SQLite, sorted: `STRICT`, `WITHOUT ROWID`; null for none. */
  readonly options: string | null;
  readonly columns: readonly ColumnModel[];
  readonly primaryKey: KeyModel | null;
  readonly uniques: readonly KeyModel[];
  readonly indexes: readonly IndexModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
  readonly checks: readonly CheckModel[];
  readonly exclusions: readonly ExclusionModel[];
  /** Absent for a table that is not partitioned. */
  readonly partition?: PartitionModel;
  /** What SQLite does instead of failing; no entity declares it. */
  readonly conflicts?: readonly ConflictClause[];
}

/** ON CONFLICT of a part of a table of SQLite. */
export interface ConflictClause {
  readonly of: 'primary-key' | 'unique' | 'not-null';
  readonly columns: readonly string[];
  /** `IGNORE`, for example. */
  readonly action: string;
}

/** A column. */
export interface ColumnModel {
  readonly name: string;
  /** With length, precision and `[]`, as the database spells it; `enum <name>` for an enumerated type. */
  readonly type: string;
  /** Also true where NOT NULL was never validated: existing rows may contain NULL then. */
  readonly nullable: boolean;
  readonly default: Expression | null;
  /** How the database numbers new rows. */
  readonly identity: 'serial' | 'always' | 'by default' | 'autoincrement' | null;
  /** Of a column that the database computes. */
  readonly generated: Expression | null;
  /** Whether a computed value is stored; null for a column that is not computed. */
  readonly storage: 'stored' | 'virtual' | null;
  /** Null is the default of the type. */
  readonly collation: string | null;
  readonly comment: string | null;
  /** What its NOT NULL has of its own, from PostgreSQL 18 on; no entity declares it, and it is not compared. */
  readonly notNull?: NotNullModel;
}

/** A NOT NULL constraint that is not as the server makes it. */
export interface NotNullModel {
  readonly name: string;
  /** False for NOT VALID. */
  readonly validated: boolean;
  /** For NO INHERIT. */
  readonly inherited?: false;
}

/** When a constraint is checked; null is always at once. */
export type Deferrable = 'INITIALLY IMMEDIATE' | 'INITIALLY DEFERRED' | null;

/** A primary key or a unique constraint; the name is null where the database keeps none. */
export interface KeyModel {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly deferrable: Deferrable;
  readonly nulls: 'distinct' | 'not distinct';
}

/** One key of an index: a column or an expression, and how it is sorted. */
export interface IndexKey {
  readonly column: string | null;
  readonly expression: string | null;
  readonly order: 'ASC' | 'DESC';
  readonly nulls: 'FIRST' | 'LAST';
  /** Null is the default of the type. */
  readonly opclass: string | null;
  readonly collation: string | null;
}

/** An index that no constraint made. */
export interface IndexModel {
  readonly name: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly unique: boolean;
  readonly nulls: 'distinct' | 'not distinct';
  readonly method: string;
  /** The predicate of a partial index. */
  readonly where: Expression | null;
  /** False for what a failed CREATE INDEX CONCURRENTLY leaves. */
  readonly valid: boolean;
}

/** What happens to a child when its parent is deleted or updated. */
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

/** A foreign key. */
export interface ForeignKeyModel {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly match: 'SIMPLE' | 'FULL' | 'PARTIAL';
  readonly deferrable: Deferrable;
  /** False for NOT VALID and for NOT ENFORCED. */
  readonly validated: boolean;
  /** For NOT ENFORCED: no row is checked. */
  readonly enforced?: false;
  /** The columns that ON DELETE SET NULL or SET DEFAULT changes, where these are not all. */
  readonly setColumns?: readonly string[];
}

/** A check. */
export interface CheckModel {
  readonly name: string | null;
  readonly expression: Expression;
  /** False for NOT VALID and for NOT ENFORCED. */
  readonly validated: boolean;
  /** For NOT ENFORCED: no row is checked. */
  readonly enforced?: false;
  /** For NO INHERIT. */
  readonly inherited?: false;
}

/** An exclusion constraint: no two rows for which all its elements compare true. */
export interface ExclusionModel {
  readonly name: string | null;
  readonly method: string;
  readonly elements: readonly { readonly expression: Expression; readonly operator: string }[];
  readonly where: Expression | null;
  readonly deferrable: Deferrable;
}

/** A view that an entity declares. */
export interface ViewModel {
  /** With its schema in front where that is not the default one. */
  readonly name: string;
  /** The text that it was declared with. */
  readonly text: string;
  readonly materialized: boolean;
  /** Of a materialized view. */
  readonly indexes: readonly IndexModel[];
  /** Names of other views that the entity lists. */
  readonly dependsOn: readonly string[];
  /** In their order, as the database had them in the verification; none before it. */
  readonly outputs: readonly ViewColumn[];
  /** What the server makes of the text, by its major version; the database's own text where it keeps that. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** A column of a view. */
export interface ViewColumn {
  readonly name: string;
  readonly type: string;
}

/** An enumerated type and its values, in their order. */
export interface EnumModel {
  readonly name: string;
  readonly values: readonly string[];
}

/** The kinds of object that a table, or a schema, is made of. */
export interface Parts {
  readonly column: ColumnModel;
  readonly 'primary-key': KeyModel;
  readonly unique: KeyModel;
  readonly index: IndexModel;
  readonly 'foreign-key': ForeignKeyModel;
  readonly check: CheckModel;
  readonly exclusion: ExclusionModel;
  readonly enum: EnumModel;
  readonly view: ViewModel;
}

/** Name of a kind of object. */
export type Part = keyof Parts;

/** The list of a table that holds parts of a kind. */
export const PART_LISTS = {
  column: 'columns',
  unique: 'uniques',
  index: 'indexes',
  'foreign-key': 'foreignKeys',
  check: 'checks',
  exclusion: 'exclusions',
} as const satisfies Partial<Record<Part, keyof TableModel>>;

/** An object in the database that entities cannot declare. */
export interface UnmanagedObject {
  readonly kind:
    | 'table'
    | 'view'
    | 'materialized-view'
    | 'trigger'
    | 'event-trigger'
    | 'publication'
    | 'default-privileges'
    /** A trigger, a rule or a policy that does nothing: disabled, or of a table without row-level security. */
    | 'disabled-trigger'
    | 'disabled-rule'
    | 'unenforced-policy'
    | 'rule'
    | 'policy'
    | 'statistics'
    /** `fillfactor=70` of a table or of an index. */
    | 'storage-parameter'
    | 'row-security'
    /** Policies hold for the owner of the table too. */
    | 'forced-row-security'
    | 'enum'
    | 'sequence'
    /** Parts of a table that a revision written by hand has made. */
    | 'index'
    | 'unique'
    | 'check'
    | 'exclusion'
    | 'foreign-key'
    /** `STRICT` or `UNLOGGED` of a table, which no decorator declares. */
    | 'table-option'
    /** `INCLUDE`, `NULLS NOT DISTINCT` and the like of an index or a key that an entity declares without it. */
    | 'part-option'
    /** A column that has a domain over the type that its entity declares. */
    | 'domain'
    /** Of a partition: another default of a column, and a table that was one or is about to be none. */
    | 'default'
    | 'detached-partition'
    /** A virtual column, which the database computes. */
    | 'column'
    /** One that an entity names with `synchronize: false`, and the database does not have. */
    | 'missing-index';
  /** What belongs to a table or a view has its name in front: `table.trigger`. */
  readonly object: string;
}

/** Something that cannot be compared: never taken as equal, never as different. */
export interface Uncomparable {
  readonly kind: string;
  /** Empty for what belongs to no table, a setting for example. */
  readonly table: string;
  readonly object: string;
  /** What the entities declare, raw; null when they cannot declare such an object. */
  readonly desired: string | null;
  readonly live: string | null;
  readonly reason: string;
}

/** An expression whose one spelling is not known yet. */
export function raw(sql: string): Expression {
  return { sql, canonical: sql };
}

/** Sorts by name, as the model requires; parts without a name, or of one name, by their whole content. */
export function sorted<T extends { readonly name: string | null }>(parts: readonly T[]): readonly T[] {
  return parts.length < 2 ? parts : [...parts].sort(compareParts);
}

function compareParts(a: { readonly name: string | null }, b: { readonly name: string | null }): number {
  const byName = compareText(a.name ?? JSON.stringify(a), b.name ?? JSON.stringify(b));
  return byName === 0 ? compareText(JSON.stringify(a), JSON.stringify(b)) : byName;
}

/** Order of code units, the same on every machine and locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
