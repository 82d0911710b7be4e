import type { ConstraintFact, TypeFact } from '../sql/action.js';

/** A schema as far as statements have told it. */
export interface Catalog {
  readonly tables: ReadonlyMap<string, CatalogTable>;
  readonly indexes: ReadonlyMap<string, CatalogIndex>;
  /** Values of enumerated types. */
  readonly enums: ReadonlyMap<string, ReadonlySet<string>>;
  /** Views, triggers, functions and so on; the table of a trigger is null where there is none. */
  readonly objects: ReadonlyMap<string, { readonly table: string | null }>;
  /** By the words for the object; null is none. */
  readonly comments: ReadonlyMap<string, CatalogComment>;
}

/** The comment on a table, or on one of its columns. */
export interface CatalogComment {
  readonly table: string;
  readonly column: string | null;
  readonly text: string | null;
}

/** A table as far as it is known. */
export interface CatalogTable {
  /** Whether all of its columns are known: its CREATE TABLE is in the history. */
  readonly complete: boolean;
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  readonly constraints: ReadonlyMap<string, CatalogConstraint>;
  /** Columns by which it is partitioned; null for a table that has rows of its own, as far as is known. */
  readonly partitionKey: readonly string[] | null;
  /** The table of which it is a partition, or those from which it inherits. */
  readonly parents: readonly string[];
}

/** A column; what is not known is null. */
export interface CatalogColumn {
  readonly type: TypeFact | null;
  /** Empty for that of the type. */
  readonly collation: string | null;
  readonly notNull: boolean | null;
  /** One text for equal defaults; empty for none. */
  readonly default: string | null;
  readonly identity: boolean | null;
}

/** A constraint. */
export type CatalogConstraint = Pick<
  ConstraintFact,
  'kind' | 'validated' | 'columns' | 'mentions' | 'provesNotNull' | 'references'
>;

/** An index; its table is null where only its name is known. */
export interface CatalogIndex {
  readonly table: string | null;
  readonly unique: boolean;
  /** Its key columns. */
  readonly columns: readonly string[];
  /** What it has besides, with INCLUDE. */
  readonly included: readonly string[];
  /** Columns that its expressions and its predicate name. */
  readonly mentions: readonly string[];
}

/** An index of which nothing is known but its name. */
export const UNKNOWN_INDEX: CatalogIndex = {
  table: null,
  unique: false,
  columns: [],
  included: [],
  mentions: [],
};

/** Nothing is known. */
export const EMPTY_CATALOG: Catalog = {
  tables: new Map(),
  indexes: new Map(),
  enums: new Map(),
  objects: new Map(),
  comments: new Map(),
};

/** A table of which nothing is known but that it is there. */
export const UNKNOWN_TABLE: CatalogTable = {
  complete: false,
  columns: new Map(),
  constraints: new Map(),
  partitionKey: null,
  parents: [],
};

/** A table of which nothing is known but that it is partitioned. */
export const UNKNOWN_PARTITIONED: CatalogTable = { ...UNKNOWN_TABLE, partitionKey: [] };

/** A column of which nothing is known but that it is there. */
export const UNKNOWN_COLUMN: CatalogColumn = {
  type: null,
  collation: null,
  notNull: null,
  default: null,
  identity: null,
};

/** A constraint of which nothing is known but its name. */
export const UNKNOWN_CONSTRAINT: CatalogConstraint = {
  kind: 'unknown',
  validated: true,
  columns: [],
  mentions: [],
  provesNotNull: [],
  references: null,
};

/** A column, if the history has it. */
export function columnIn(catalog: Catalog, table: string, column: string): CatalogColumn | undefined {
  return catalog.tables.get(table)?.columns.get(column);
}

/** Whether an index mentions a column anywhere. */
export function isOver({ columns, included, mentions }: CatalogIndex, column: string): boolean {
  return [...columns, ...included, ...mentions].includes(column);
}

/** Whether no row can hold a null there: it says so, or a check that was validated does. */
export function isProvenNotNull(catalog: Catalog, table: string, column: string): boolean {
  const known = catalog.tables.get(table);
  if (known?.columns.get(column)?.notNull === true) return true;
  return [...(known?.constraints.values() ?? [])].some(
    ({ validated, provesNotNull }) => validated && provesNotNull.includes(column),
  );
}

/** The name by which a trigger, a view or another object is kept. */
export function objectKey(object: string, name: string, table: string | null): string {
  return table === null ? `${object} ${name}` : `${object} ${name} on ${table}`;
}
