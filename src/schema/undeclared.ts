/** Parts of a table that a database may have although no entity declares them: what revisions written by hand make. */

import { tokenise } from '../sql/tokens.js';
import { changedPart, type Change, type DropChange } from './change.js';
import { enumCheckOf } from './enum-check.js';
import { PART_LISTS, type SchemaModel, type TableModel } from './model.js';

/** A kind of such a part. */
type UndeclaredKind = keyof typeof PART_LISTS;

/** A part that the database has and no entity declares: of those without a name, a check. */
export type UndeclaredPart =
  | {
      readonly [P in UndeclaredKind]: DropChange<P> & { readonly live: { readonly name: string } };
    }[UndeclaredKind]
  | DropChange<'check'>;

/**
 * Whether a change would drop such a part. Without a name, only a check can be told from others, by its expression. Of
 * columns, only a virtual one is such a part: it has no values of its own.
 */
function isUndeclaredPart(change: Change): change is UndeclaredPart {
  if (change.kind === 'drop-check') return true;
  if (change.kind === 'drop-column' && change.live.storage !== 'virtual') return false;
  return change.kind.startsWith('drop-') && kindOf(change) in PART_LISTS && change.object === nameOf(change);
}

/** Such parts, without the list of values of a column that gets another list. */
export function undeclaredParts(changes: readonly Change[]): readonly UndeclaredPart[] {
  const listed = changes.flatMap((change) =>
    change.kind === 'add-check' ? [listOf(change.table, enumCheckOf(change.desired)?.column)] : [],
  );
  return changes.filter(isUndeclaredPart).filter((part) => {
    const column = part.kind === 'drop-check' ? enumCheckOf(part.live)?.column : undefined;
    return column === undefined || !listed.includes(listOf(part.table, column));
  });
}

function listOf(table: string, column: string | undefined): string {
  return JSON.stringify([table, column]);
}

/** The table of a check without a name, and the words of the statement that made it. */
export function wordsOfCheck({
  table,
  live,
}: Pick<DropChange<'check'>, 'table' | 'live'>): readonly [string, ...string[]] {
  const names = tokenise(live.expression.sql, 'sqlite').filter(({ kind }) => kind === 'name');
  return [table, 'CHECK', ...names.map(({ text }) => text)];
}

function nameOf(change: Change): string | null {
  return 'live' in change ? change.live.name : null;
}

/** `index`, for example. */
export function kindOf(change: Pick<Change, 'kind'>): UndeclaredKind {
  return changedPart(change) as UndeclaredKind;
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
  const list = PART_LISTS[kindOf(part)];
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
  const list = PART_LISTS[kindOf(part)];
  return { ...table, [list]: table[list].filter((one) => !isPart(one, part)) };
}

/** Whether a table has a part of that kind and name. */
export function hasPart(table: TableModel, part: UndeclaredPart): boolean {
  return table[PART_LISTS[kindOf(part)]].some((one) => isPart(one, part));
}

function isPart(one: { readonly name: string | null }, { object, live }: UndeclaredPart): boolean {
  if (live.name !== null) return one.name === object;
  const { expression } = one as { readonly expression?: { readonly sql: string } };
  return one.name === null && expression?.sql === object;
}
