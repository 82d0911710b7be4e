import type { ObjectLiteral } from 'typeorm';
import { columnOf, type Column, type Kind, type Model, type Table } from '../../property/model.js';

/** A table in both releases; ids of columns are the names of properties in both. */
export interface TwoTables {
  readonly before: Table;
  readonly after: Table;
}

/** The tables that both releases declare. */
export function tablesOfBoth(before: Model, after: Model): readonly TwoTables[] {
  return before.tables.flatMap((table) => {
    const later = after.tables.find(({ id }) => id === table.id);
    return later ? [{ before: table, after: later }] : [];
  });
}

/** The columns that both releases declare, with the values of an enumerated one under both names. */
export function sharedColumns({ before, after }: TwoTables): readonly Column[] {
  return before.columns.flatMap((column) => {
    const later = after.columns.find(({ id }) => id === column.id);
    return later ? [{ ...column, values: [...column.values, ...later.values] }] : [];
  });
}

/** Of these, those whose values `down` brings back: a reference to a table that it creates again is NULL. */
export function keptColumns(two: TwoTables, after: Model): readonly Column[] {
  const dangling = two.before.foreignKeys
    .filter(({ target }) => !after.tables.some(({ id }) => id === target))
    .flatMap(({ columns }) => columns);
  return sharedColumns(two).filter(({ id }) => !dangling.includes(id));
}

/** Kinds of which there is another value for each number. */
const COUNTED: Readonly<Partial<Record<Kind, (number: number, column: Column) => unknown>>> = {
  varchar: (number) => `w${number}`,
  text: (number) => `written ${number}`,
  smallint: (number) => 20_000 + number,
  integer: (number) => 2_000_000 + number,
  bigint: (number) => 3_000_000_000 + number,
  numeric: (number, { scale }) => (number + 0.25).toFixed(scale),
  'double precision': (number) => number + 0.5,
  instant: (number) => new Date(1_700_000_000_000 + number * 1000),
};

/** A value that no row has. */
export function newValue(column: Column, number: number): unknown {
  return COUNTED[column.kind]?.(number, column);
}

const JSON_KINDS: readonly Kind[] = ['simple-json', 'json', 'jsonb'];

/** Another value of any column whose values are its own, in the words of a release. */
export function otherValue(column: Column, number: number, inOther: Column): unknown {
  if (column.kind === 'boolean') return number % 2 === 0;
  if (JSON_KINDS.includes(column.kind)) return { number };
  if (column.kind === 'enum') {
    const both = column.values.filter(({ id }) => inOther.values.some((one) => one.id === id));
    return both[number % Math.max(both.length, 1)]?.name;
  }
  return newValue(column, number);
}

/** Columns whose values are free: of no key, of no constraint that needs another row, and not computed. */
export function freeColumns(two: TwoTables): readonly Column[] {
  const held = new Set([two.before, two.after].flatMap(heldIn));
  return sharedColumns(two).filter(
    (column) =>
      !held.has(column.id) &&
      column.computed === null &&
      columnOf(two.after, column.id).computed === null &&
      !column.refers,
  );
}

function heldIn(table: Table): readonly string[] {
  return [table.key, ...uniquesOf(table), ...table.foreignKeys.map(({ columns }) => columns)].flat();
}

/** The lists of columns whose values may be there once. */
function uniquesOf({ uniques, indexes }: Table): readonly (readonly string[])[] {
  return [...uniques, ...indexes.filter(({ unique }) => unique)].map(({ columns }) => columns);
}

/**
 * A row like another one of the same release, which violates no constraint of either release; undefined where there is
 * none.
 */
export function rowLike(
  row: ObjectLiteral,
  { two, own, number }: { readonly two: TwoTables; readonly own: Table; readonly number: number },
): ObjectLiteral | undefined {
  const values = withoutGiven(row, own);
  for (const columns of [own.key, ...uniquesOf(two.before), ...uniquesOf(two.after)])
    if (!makeUnique(values, columns, { two, own, number })) return undefined;
  return values;
}

/** Without the values that the database gives: computed ones, and numbers that it counts up. */
export function withoutGiven(row: ObjectLiteral, { columns }: Table): ObjectLiteral {
  const given = columns.filter(({ computed, numbered }) => computed !== null || numbered);
  return Object.fromEntries(
    Object.entries(row as Record<string, unknown>).filter(([id]) => !given.some((one) => one.id === id)),
  );
}

function makeUnique(
  values: ObjectLiteral,
  columns: readonly string[],
  { two, own, number }: Parameters<typeof rowLike>[1],
): boolean {
  const known = columns.flatMap((id) => own.columns.find((one) => one.id === id) ?? []);
  // The other release has a column of its own in it, which is NULL in this row or is given by the database.
  if (known.some(({ numbered }) => numbered) || known.length < columns.length) return true;
  const isPlain = ({ id, refers, computed }: Column) =>
    !refers && !computed && ![two.before, two.after].some((table) => isReferring(table, id));
  const fresh = known.find((column) => isPlain(column) && COUNTED[column.kind] !== undefined);
  if (fresh) values[fresh.id] = newValue(fresh, number);
  const empty = fresh ?? known.find((column) => isNullable(column, two));
  if (!fresh && empty) values[empty.id] = null;
  return empty !== undefined;
}

function isReferring({ foreignKeys }: Table, id: string): boolean {
  return foreignKeys.some(({ columns }) => columns.includes(id));
}

/** In both releases. */
export function isNullable({ id }: Column, two: TwoTables): boolean {
  return [two.before, two.after].every(({ columns, key }) => {
    const column = columns.find((one) => one.id === id);
    return (column?.nullable ?? true) && !key.includes(id);
  });
}

/**
 * As text, so that two rows can be compared. A `numeric` that gets another scale has more zeros behind the point; a value
 * of an enumerated type is the same under another name.
 */
export function asText(value: unknown, { kind, values }: Column): string {
  const named = kind === 'enum' ? values.find(({ name }) => name === value) : undefined;
  if (named) return named.id;
  const isDecimal = kind === 'numeric' && typeof value === 'string' && value.includes('.');
  return JSON.stringify((isDecimal ? value.replace(/\.?0+$/, '') : value) ?? null);
}
