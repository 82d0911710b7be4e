import type { ColumnModel, IndexModel, SchemaModel, TableModel } from '../../schema/model.js';
import type { DomainFact, TypeFact } from '../sql/action.js';
import { schemaOf } from '../../databases/postgres/parse/names.js';
import { withKey, withoutKey } from './maps.js';
import { typeFactOf } from './types.js';

/**
 * A schema as far as statements define it: the model, and what else rules know. An expression of the model is
 * spelled as the tree of the server's parser.
 */
export interface KnownSchema {
  readonly model: SchemaModel;
  /** One for each table of the model, by its name. */
  readonly notes: ReadonlyMap<string, TableNote>;
  /** Indexes of which only the name is known, with their schema. */
  readonly strayIndexes: ReadonlySet<string>;
  /** Views, triggers, functions and so on; the table of a trigger is null where there is none. */
  readonly objects: ReadonlyMap<string, KnownObject>;
}

/** A view, a trigger or another object. */
interface KnownObject {
  readonly table: string | null;
  readonly domain?: DomainFact;
}

/** What is known of a table besides the model. */
export interface TableNote {
  /** Whether all of its columns are known: its CREATE TABLE is in the history. */
  readonly complete: boolean;
  /** Columns by which it is partitioned; null for a table that has rows of its own, as far as is known. */
  readonly partitionKey: readonly string[] | null;
  /** The table of which it is a partition, or those from which it inherits. */
  readonly parents: readonly string[];
  /** Whether it is the partition of all rows that no other one takes. */
  readonly isDefault: boolean;
  /** What is not known of a column, by its name; the model has what is usual there. */
  readonly unknown: ReadonlyMap<string, ReadonlySet<Facet>>;
  /** Constraints for which the model has no place, by name. */
  readonly unplaced: ReadonlyMap<string, UnplacedConstraint>;
}

/** A property of a column. */
export type Facet = 'type' | 'collation' | 'nullable' | 'default' | 'identity';

/** NOT NULL with a name of its own, of a column; or a constraint of which only the name is known. */
interface UnplacedConstraint {
  readonly column: string | null;
  readonly validated: boolean;
}

/** A table as far as it is known. */
export interface KnownTable {
  readonly table: TableModel;
  readonly note: TableNote;
}

/** Nothing is known. */
export function emptySchema(dialect: string): KnownSchema {
  return {
    model: { dialect, tables: [], enums: [] },
    notes: new Map(),
    strayIndexes: new Set(),
    objects: new Map(),
  };
}

/** A table of which nothing is known but that it is there. */
export function unknownTable(name: string): KnownTable {
  return {
    table: {
      name,
      persistence: 'permanent',
      comment: null,
      options: null,
      columns: [],
      primaryKey: null,
      uniques: [],
      indexes: [],
      foreignKeys: [],
      checks: [],
      exclusions: [],
    },
    note: {
      ...{ complete: false, partitionKey: null, parents: [], isDefault: false },
      ...{ unknown: new Map(), unplaced: new Map() },
    },
  };
}

/** All that can be unknown of a column. */
export const EVERY_FACET: ReadonlySet<Facet> = new Set<Facet>([
  'type',
  'collation',
  'nullable',
  'default',
  'identity',
]);

/** A column of which nothing is known but that it is there. */
export function unknownColumn(name: string): ColumnModel {
  return {
    name,
    type: '',
    nullable: true,
    default: null,
    identity: null,
    generated: null,
    storage: null,
    collation: null,
    comment: null,
  };
}

/** A table, if the history has it. */
export function tableIn({ model }: KnownSchema, table: string | null): TableModel | undefined {
  return model.tables.find(({ name }) => name === table);
}

/** The same with its note. */
export function knownTable(schema: KnownSchema, name: string): KnownTable | undefined {
  const note = schema.notes.get(name);
  const table = note && tableIn(schema, name);
  return table && { table, note };
}

/** A column, if the history has it. */
export function columnIn(schema: KnownSchema, table: string, column: string): ColumnModel | undefined {
  return tableIn(schema, table)?.columns.find(({ name }) => name === column);
}

/** Whether a property of a column is known. */
export function isKnown(schema: KnownSchema, { table, column }: ColumnPath, facet: Facet): boolean {
  const isThere = columnIn(schema, table, column) !== undefined;
  return isThere && schema.notes.get(table)?.unknown.get(column)?.has(facet) !== true;
}

/** Where a column is. */
export interface ColumnPath {
  readonly table: string;
  readonly column: string;
}

/** The type of a column; null where it is not known. */
export function typeIn(schema: KnownSchema, path: ColumnPath): TypeFact | null {
  const column = columnIn(schema, path.table, path.column);
  return column && isKnown(schema, path, 'type') ? typeFactOf(column.type) : null;
}

/** An index and its table. */
interface KnownIndex {
  readonly table: TableModel;
  readonly index: IndexModel;
}

/**
 * An index of a table that is known.
 *
 * @param name with its schema, which is that of the table
 */
export function indexIn({ model }: KnownSchema, name: string): KnownIndex | undefined {
  for (const table of model.tables)
    for (const index of table.indexes) if (indexPath(table, index) === name) return { table, index };
  return undefined;
}

/** The name of an index with its schema. */
export function indexPath({ name: table }: TableModel, { name }: IndexModel): string {
  return schemaOf(table) + name;
}

/** The name by which a trigger, a view or another object is kept. */
export function objectKey(object: string, name: string, table: string | null): string {
  return table === null ? `${object} ${name}` : `${object} ${name} on ${table}`;
}

/** What a domain is over at last, and whether it or one that it is over rejects values; undefined for no domain. */
export function domainIn(schema: KnownSchema, { name, array }: TypeFact): DomainFact | undefined {
  const own = array ? undefined : schema.objects.get(objectKey('domain', name, null))?.domain;
  const inner = own && domainIn(schema, own.type);
  return inner ? { type: inner.type, isChecked: inner.isChecked || own.isChecked } : own;
}

/** The note of a table of which some properties of a column are known from now on. */
export function withKnown(note: TableNote, column: string, facets: Iterable<Facet>): TableNote {
  const known = new Set(facets);
  const left = [...(note.unknown.get(column) ?? [])].filter((facet) => !known.has(facet));
  const unknown =
    left.length === 0 ? withoutKey(note.unknown, column) : withKey(note.unknown, column, new Set(left));
  return { ...note, unknown };
}
