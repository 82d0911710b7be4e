import type { ColumnModel, EnumModel, ForeignKeyModel, TableModel } from '../../../schema/model.js';
import { connected, joinAll, NULL, type Choice, type Group, type Value } from './choices.js';
import { suggested, type Condition } from './conditions.js';
import type { RowDialect } from './dialects.js';
import type { Family } from './family.js';
import { isOptional, nullableColumns } from './order.js';

/** A table that is to get rows, and what is known of it. */
export interface Plot {
  readonly table: TableModel;
  readonly dialect: RowDialect;
  readonly enums: readonly EnumModel[];
  readonly conditions: readonly Condition[];
  /** How many rows it is to have. */
  readonly rows: number;
  /** All that may be in a column, where that is known. */
  readonly hints: ReadonlyMap<string, readonly string[]>;
}

/** A foreign key and the rows that it may point at now. */
export interface Parents {
  readonly foreignKey: ForeignKeyModel;
  /** Literals, in the order of the key's columns. */
  readonly keys: readonly (readonly string[])[];
}

/** Series are longer than the rows, so that a row that is refused has another one to try. */
const SPARE = 4;

/** Columns whose values are chosen together because foreign keys share them; every other column by itself. */
export function groupsOf(plot: Plot, parents: readonly Parents[]): readonly Group[] {
  const clusters = connected(parents, (one, other) => sharesColumns(one.foreignKey, other.foreignKey));
  const keyed = clusters.map((cluster) => clusterGroup(plot, cluster));
  const taken = new Set([
    ...keyed.flatMap(({ columns }) => columns),
    ...ownKeysOf(plot.table).flatMap(copiedColumns),
  ]);
  const free = writable(plot.table).filter(({ name }) => !taken.has(name));
  return [...keyed, ...free.map((column) => columnGroup(plot, column))];
}

/** Foreign keys to the row itself: no other row is there for the first one, and NULL may not stand in them. */
export function ownKeysOf(table: TableModel): readonly ForeignKeyModel[] {
  return table.foreignKeys.filter(
    (foreignKey) => foreignKey.table === table.name && !isOptional(foreignKey, table),
  );
}

/** Columns that are a copy of another one of the row; one that refers to itself is chosen like any other. */
function copiedColumns({ columns, references }: ForeignKeyModel): readonly string[] {
  return columns.filter((column, index) => column !== references[index]);
}

/** The columns that a row is given: numbers and computed values are the database's, unless the row points at itself by them. */
function writable(table: TableModel): readonly ColumnModel[] {
  const needed = ownKeysOf(table).flatMap(({ references }) => references);
  return table.columns.filter(
    ({ name, identity, generated }) => generated === null && (identity === null || needed.includes(name)),
  );
}

function sharesColumns(one: ForeignKeyModel, other: ForeignKeyModel): boolean {
  return one.columns.some((column) => other.columns.includes(column));
}

function clusterGroup(plot: Plot, cluster: readonly Parents[]): Group {
  const columns = [...new Set(cluster.flatMap(({ foreignKey }) => foreignKey.columns))];
  const rest = plot.table.columns.filter(({ name }) => columns.includes(name));
  const joined = joinAll(cluster.map((one) => keyChoices(one, plot.table)));
  const choices = joined.flatMap((choice) =>
    joinAll([
      [choice],
      ...rest.filter(({ name }) => !choice.has(name)).map((column) => choicesOf(plot, column)),
    ]),
  );
  return { columns, choices, uncertain: false };
}

/** The rows that there are; and none, which is NULL in the columns that take it. */
function keyChoices({ foreignKey, keys }: Parents, table: TableModel): readonly Choice[] {
  const { columns } = foreignKey;
  const found = keys.map(
    (key) => new Map(columns.map((column, index) => [column, valueOf(key[index] ?? 'NULL')])),
  );
  if (!isOptional(foreignKey, table)) return found;
  const takesNull = nullableColumns(table).filter((name) => columns.includes(name));
  // One column without a value is enough, so that the others can be of another key.
  const single = foreignKey.match === 'SIMPLE' && takesNull.length > 1 ? takesNull : [];
  return [...found, withNull(takesNull), ...single.map((column) => withNull([column]))];
}

function withNull(columns: readonly string[]): Choice {
  return new Map(columns.map((column) => [column, NULL]));
}

function columnGroup(plot: Plot, column: ColumnModel): Group {
  const { uncertain = false } = familyOf(plot, column);
  return { columns: [column.name], choices: choicesOf(plot, column), uncertain };
}

function choicesOf(plot: Plot, column: ColumnModel): readonly Choice[] {
  return domainOf(plot, column).map((value) => new Map([[column.name, value]]));
}

/**
 * What a checked column may be is wider: the literals of its checks come first, other values last. Where a conversion is
 * to come there is nothing but what it can convert; not even the default is that for certain.
 */
function domainOf(plot: Plot, column: ColumnModel): readonly Value[] {
  const family = familyOf(plot, column);
  const checks = plot.conditions.filter(({ columns }) => columns.includes(column.name));
  const literals = checks.flatMap((check) => check.literals);
  const hints = plot.hints.get(column.name);
  const texts = hints ?? [
    ...turned(suggested(family, literals), placeOf(plot, column)),
    ...seriesOf(plot, column),
    ...(checks.length === 0 ? [] : family.others),
  ];
  const values = [...new Set(texts)].map((text) => valueOf(family.write(text)));
  return [...values, ...(hints ? nothing : withoutValue)(plot.table, column)];
}

function nothing(table: TableModel, column: ColumnModel): readonly Value[] {
  return nullableColumns(table).includes(column.name) ? [NULL] : [];
}

/**
 * Each column begins where another one has ended, so that a row has no value twice, and a value that was copied from the
 * wrong column is found.
 */
function seriesOf(plot: Plot, column: ColumnModel): readonly string[] {
  const { series, room } = familyOf(plot, column);
  const count = plot.rows + SPARE;
  if (room === undefined) return turned(series(count, 0), placeOf(plot, column));
  const places = Math.max(1, Math.floor(room / count));
  return series(Math.min(count, room), (placeOf(plot, column) % places) * count);
}

/** A list, beginning at its end in every other column. */
function turned(list: readonly string[], place: number): readonly string[] {
  return place % 2 === 0 ? list : [...list].reverse();
}

function placeOf({ table }: Plot, { name }: ColumnModel): number {
  return table.columns.findIndex((column) => column.name === name);
}

function withoutValue(table: TableModel, column: ColumnModel): readonly Value[] {
  return column.default === null
    ? nothing(table, column)
    : [...nothing(table, column), { kind: 'default', sql: `(${column.default.sql})` }];
}

function familyOf({ dialect, enums }: Plot, { type }: ColumnModel): Family {
  return dialect.family(type, enums);
}

function valueOf(sql: string): Value {
  return { kind: 'value', sql };
}
