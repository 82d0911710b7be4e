/** Parts of a table that a database may have although no entity declares them: what revisions written by hand make. */

import type { Change, DropChange } from './change.js';
import type { SchemaModel, TableModel } from './model.js';

/** Where a table has the parts of each kind. */
const LISTS = {
  column: 'columns',
  unique: 'uniques',
  index: 'indexes',
  'foreign-key': 'foreignKeys',
  check: 'checks',
  exclusion: 'exclusions',
} as const;

/** A kind of such a part. */
type UndeclaredKind = keyof typeof LISTS;

/** A part with a name that the database has and no entity declares. */
export type UndeclaredPart = {
  readonly [P in UndeclaredKind]: DropChange<P> & { readonly live: { readonly name: string } };
}[UndeclaredKind];

/**
 * Whether a change would drop such a part. One without a name cannot be told from others. Of columns, only a virtual one
 * is such a part: it has no values of its own.
 */
export function isUndeclaredPart(change: Change): change is UndeclaredPart {
  if (change.kind === 'drop-column' && change.live.storage !== 'virtual') return false;
  return change.kind.startsWith('drop-') && kindOf(change) in LISTS && change.object === nameOf(change);
}

function nameOf(change: Change): string | null {
  return 'live' in change ? change.live.name : null;
}

/** `index`, for example. */
export function kindOf({ kind }: Pick<Change, 'kind'>): UndeclaredKind {
  return kind.slice(kind.indexOf('-') + 1) as UndeclaredKind;
}

/** As `--drop` names it. */
export function placeOfPart({ table, object }: Pick<Change, 'table' | 'object'>): string {
  return `${table}.${object}`;
}

/** A schema with parts that its tables lack. */
export function withParts(schema: SchemaModel, parts: readonly UndeclaredPart[]): SchemaModel {
  const tables = schema.tables.map((table) =>
    parts.filter((part) => part.table === table.name).reduce(withPart, table),
  );
  return { ...schema, tables };
}

function withPart(table: TableModel, part: UndeclaredPart): TableModel {
  const list = LISTS[kindOf(part)];
  return { ...table, [list]: [...table[list], part.live] };
}

/** A schema without such parts of its tables. */
export function withoutParts(schema: SchemaModel, parts: readonly UndeclaredPart[]): SchemaModel {
  const tables = schema.tables.map((table) =>
    parts.filter((part) => part.table === table.name).reduce(withoutPart, table),
  );
  return { ...schema, tables };
}

function withoutPart(table: TableModel, part: UndeclaredPart): TableModel {
  const list = LISTS[kindOf(part)];
  return { ...table, [list]: table[list].filter(({ name }) => name !== part.object) };
}

/** Whether a table has a part of that kind and name. */
export function hasPart(table: TableModel, part: UndeclaredPart): boolean {
  return table[LISTS[kindOf(part)]].some(({ name }) => name === part.object);
}
