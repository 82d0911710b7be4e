import type {
  CheckModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../../../schema/model.js';
import { enumWay, isOfEnum } from './enum-ways.js';
import { mentions, sqlReader } from './sql-reader.js';

interface Sides {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
}

/** An object that is made of columns. */
type MadeOfColumns = IndexModel | KeyModel | CheckModel | ForeignKeyModel;

/**
 * Whether two indexes of a table, or constraints, can exist at the same time: the columns that they use are the same
 * before and after. An index is dropped with its column, and a predicate may be invalid for another type.
 */
export function canCoexist({ from, to }: Sides, table: string, parts: readonly MadeOfColumns[]): boolean {
  const [before, after] = [tableOf(from, table), tableOf(to, table)];
  const names = [...(before?.columns ?? []), ...(after?.columns ?? [])].map(({ name }) => name);
  const used = names.filter((name) => parts.some((part) => isMadeOf(part, name)));
  return (
    used.every((name) => formOf(before, name) === formOf(after, name)) &&
    !parts.some((part) => namesLostValue({ from, to }, after, part))
  );
}

/** Whether a key has its columns before and after, whatever their type becomes: then it only gets another name. */
export function keepsColumns({ from, to }: Sides, table: string, { columns, include }: KeyModel): boolean {
  const [before, after] = [tableOf(from, table), tableOf(to, table)];
  const computed = (of: TableModel | undefined, name: string) => {
    const column = of?.columns.find((one) => one.name === name);
    return column && JSON.stringify([column.generated?.canonical, column.storage]);
  };
  return [...columns, ...include].every((name) => {
    const form = computed(before, name);
    return form !== undefined && form === computed(after, name);
  });
}

/** Whether an expression names a value that a type, which `up` creates again, has on one side only. */
function namesLostValue({ from, to }: Sides, table: TableModel | undefined, part: MadeOfColumns): boolean {
  const expressions =
    'expression' in part ? [part.expression.sql] : 'keys' in part ? expressionsOf(part) : [];
  return from.enums.some((live) => {
    const desired = to.enums.find(({ name }) => name === live.name);
    if (!desired || enumWay({ live, desired }) === 'grows') return false;
    const columns = table?.columns.filter((column) => isOfEnum(column, live.name)) ?? [];
    const lost = [live.values, desired.values].flatMap((values, side, both) =>
      values.filter((value) => both[1 - side]?.includes(value) !== true),
    );
    return expressions.some(
      (sql) =>
        columns.some(({ name }) => mentions(sql, name)) &&
        (sqlReader().expression(sql)?.literals ?? []).some(({ text }) => lost.includes(text)),
    );
  });
}

function tableOf({ tables }: SchemaModel, name: string): TableModel | undefined {
  return tables.find((table) => table.name === name);
}

/** The properties of a column that an index depends on. */
function formOf(table: TableModel | undefined, name: string): string | undefined {
  const column = table?.columns.find((one) => one.name === name);
  return (
    column && JSON.stringify([column.type, column.collation, column.generated?.canonical, column.storage])
  );
}

/** Whether an index, or a constraint, contains a column. */
export function isMadeOf(part: MadeOfColumns, column: string): boolean {
  if ('expression' in part) return mentions(part.expression.sql, column);
  if ('include' in part && part.include.includes(column)) return true;
  if ('columns' in part) return part.columns.includes(column);
  return (
    part.keys.some((key) => key.column === column) || expressionsOf(part).some((sql) => mentions(sql, column))
  );
}

/** The expressions of an index: those of its keys, and its predicate. */
export function expressionsOf({ where, keys }: IndexModel): readonly string[] {
  return [where?.sql, ...keys.map(({ expression }) => expression)].flatMap((sql) => sql ?? []);
}

/**
 * Whether the target of a foreign key is a key all the time: the same one before and after. The keys of a table that is
 * created or dropped as a whole count as such, too.
 */
export function hasUnchangedKey({ from, to }: Sides, { table, references }: ForeignKeyModel): boolean {
  const [before, after] = [tableOf(from, table), tableOf(to, table)];
  if (!before || !after) return true;
  const wanted = [...references].sort().join('\0');
  const stays = new Set(keysOf(after));
  return keysOf(before).some((key) => stays.has(key) && sortedColumns(key) === wanted);
}

/** The keys that a foreign key may refer to, each as text. */
function keysOf({ primaryKey, uniques, indexes }: TableModel): readonly string[] {
  const unique = indexes.filter((index) => index.unique && !index.where && index.valid);
  return [
    ...(primaryKey ? [JSON.stringify(['primary key', primaryKey.columns])] : []),
    ...uniques.map(({ columns }) => JSON.stringify(['unique', columns])),
    ...unique.map(({ keys }) => JSON.stringify(['index', keys.map(({ column }) => column ?? '')])),
  ];
}

function sortedColumns(key: string): string {
  const [, columns] = JSON.parse(key) as readonly [string, readonly string[]];
  return [...columns].sort().join('\0');
}
