import type { Change } from '../../../schema/change.js';
import type { ColumnModel, IndexModel, TableModel } from '../../../schema/model.js';
import { mentions } from '../mentions.js';
import { mannerOf, type TableSides } from './sides.js';
import { isSameSqliteName } from '../../../sql/identifiers.js';

type ColumnChange = Extract<Change, { readonly kind: 'add-column' | 'drop-column' }>;

/**
 * Whether ALTER TABLE can turn one table into the other: https://www.sqlite.org/lang_altertable.html
 *
 * @param filled names of new columns whose existing rows get a value of their own
 */
export function canAlterInPlace(
  sides: TableSides,
  changes: readonly Change[],
  filled: ReadonlySet<string>,
): boolean {
  return (
    !changes.some((change) => mannerOf(change) === 'definition') &&
    isAppended(sides) &&
    columnChanges(changes).every((change) =>
      change.kind === 'add-column'
        ? canAdd(change.desired, sides.to, { filled, others: addedNames(changes) })
        : canDrop(change.live, sides.from, indexesThatStay(sides.from, changes)),
    )
  );
}

/** The changes of whole columns. */
export function columnChanges(changes: readonly Change[]): readonly ColumnChange[] {
  return changes.filter((change) => change.kind === 'add-column' || change.kind === 'drop-column');
}

/** ALTER TABLE adds a new column last, and one column of the table has to stay. */
function isAppended({ from, to }: TableSides): boolean {
  const stays = from.columns.filter((column) => to.columns.some(({ name }) => name === column.name));
  return (
    stays.some(({ generated }) => generated === null) &&
    stays.every(({ name }, position) => to.columns[position]?.name === name)
  );
}

function addedNames(changes: readonly Change[]): readonly string[] {
  return changes.filter(({ kind }) => kind === 'add-column').map(({ object }) => object);
}

function canAdd(
  column: ColumnModel,
  table: TableModel,
  given: { readonly filled: ReadonlySet<string>; readonly others: readonly string[] },
): boolean {
  if (column.storage === 'stored' || given.filled.has(column.name) || isConstrained(column.name, table))
    return false;
  const { generated } = column;
  if (generated !== null) return !given.others.some((other) => mentions(generated.sql, other));
  return column.default === null ? column.nullable : isConstant(column.default.sql);
}

/** A literal, with its sign: SQLite refuses anything else once the table has rows. */
function isConstant(sql: string): boolean {
  return /^\(*\s*(?:[+-]?\s*(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|true|false)\s*\)*$/i.test(
    sql,
  );
}

/** An altered index is dropped after the columns, so it stays as well. */
function indexesThatStay(from: TableModel, changes: readonly Change[]): readonly IndexModel[] {
  const gone = new Set(changes.filter(({ kind }) => kind === 'drop-index').map(({ object }) => object));
  return from.indexes.filter(({ name }) => !gone.has(name));
}

function canDrop(column: ColumnModel, table: TableModel, indexes: readonly IndexModel[]): boolean {
  const { name } = column;
  const computed = table.columns.flatMap(({ generated }) => generated?.sql ?? []);
  return (
    !isConstrained(name, table) &&
    !computed.some((sql) => mentions(sql, name)) &&
    !indexes.some((index) => isIndexed(name, index))
  );
}

function isConstrained(name: string, table: TableModel): boolean {
  const keys = [table.primaryKey, ...table.uniques, ...table.foreignKeys].flatMap(
    (key) => key?.columns ?? [],
  );
  return (
    keys.some((key) => isSameSqliteName(key, name)) ||
    table.checks.some(({ expression }) => mentions(expression.sql, name)) ||
    table.foreignKeys.some(
      ({ table: parent, references }) =>
        isSameSqliteName(parent, table.name) &&
        references.some((reference) => isSameSqliteName(reference, name)),
    )
  );
}

function isIndexed(name: string, { keys, where }: IndexModel): boolean {
  return (
    keys.some(({ column, expression }) =>
      column === null ? mentions(expression ?? '', name) : isSameSqliteName(column, name),
    ) ||
    (where !== null && mentions(where.sql, name))
  );
}
