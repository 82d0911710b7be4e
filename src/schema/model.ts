import type { DialectName } from '../dialect/dialect.js';

/**
 * A schema as plain data: the same shape whether entities say it or a database has it. Lists are sorted by name, names
 * stand in for pointers, and what is missing is null.
 */
export interface SchemaModel {
  readonly dialect: DialectName;
  readonly tables: readonly TableModel[];
  /** Enumerated types; none where they are checks (SQLite). */
  readonly enums: readonly EnumModel[];
}

/** A table and everything that belongs to it. */
export interface TableModel {
  /** With its schema in front where that is not the default one. */
  readonly name: string;
  readonly columns: readonly ColumnModel[];
  readonly primaryKey: KeyModel | null;
  readonly uniques: readonly KeyModel[];
  readonly indexes: readonly IndexModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
  readonly checks: readonly CheckModel[];
}

/** A column. */
export interface ColumnModel {
  readonly name: string;
  /** With length or precision, as the database spells it; `enum <name>` for an enumerated type. */
  readonly type: string;
  readonly nullable: boolean;
  /** The expression, in one spelling. */
  readonly default: string | null;
  /** How the database numbers new rows: a sequence or AUTOINCREMENT is `increment`. */
  readonly generated: 'increment' | 'identity' | null;
}

/** A primary key or a unique constraint; the name is null where the database keeps none. */
export interface KeyModel {
  readonly name: string | null;
  readonly columns: readonly string[];
}

/** An index that no constraint made. */
export interface IndexModel {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** The predicate of a partial index, in one spelling. */
  readonly where: string | null;
}

/** What happens to a child when its parent goes or changes. */
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

/** A foreign key. */
export interface ForeignKeyModel {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
}

/** A check. */
export interface CheckModel {
  readonly name: string | null;
  /** In one spelling. */
  readonly expression: string;
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
  readonly enum: EnumModel;
}

/** Name of a kind of object. */
export type Part = keyof Parts;

/** Sorts by name, as the model demands; what has no name is sorted by all it holds. */
export function sorted<T extends { readonly name: string | null }>(parts: readonly T[]): readonly T[] {
  const key = (part: T) => `${part.name ?? ''} ${JSON.stringify(part)}`;
  return [...parts].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
