/** The schema for which rows are created: with the constraints that the change adds. */

import type {
  CheckModel,
  ExclusionModel,
  ForeignKeyModel,
  SchemaModel,
  TableModel,
} from '../../schema/model.js';
import { columnNameAfter, tableNameAfter, type PreservedInput } from './preserved-data.js';
import type { SqlReader } from '../../databases/sql-reader.js';
import type { Rename } from '../../schema/rename.js';

/** A table before and after, and what both schemas and the renames are. */
interface Coming extends PreservedInput {
  readonly live: TableModel;
  readonly later: TableModel;
}

/**
 * The schema at head with the checks and foreign keys that the change adds, as far as their columns exist: a revision
 * need not handle rows that break them.
 */
export function schemaToFill(of: PreservedInput, reader: SqlReader): SchemaModel {
  const tables = comingTables(of).map((coming) => {
    const { live } = coming;
    return {
      ...live,
      checks: [...live.checks, ...comingChecks(coming, reader)],
      foreignKeys: [...live.foreignKeys, ...comingKeys(coming).flatMap((key) => atHead(coming, key) ?? [])],
    };
  });
  const others = of.head.tables.filter(({ name }) => !tables.some((table) => table.name === name));
  return { ...of.head, tables: [...tables, ...others] };
}

/** Columns, `table.column`, that will refer to rows of a table that does not exist yet: they may only contain NULL. */
export function pointlessColumns(of: PreservedInput): readonly string[] {
  return comingTables(of).flatMap((coming) =>
    comingKeys(coming)
      .filter(({ table }) => !of.head.tables.some(({ name }) => tableNameAfter(name, of.renames) === table))
      .flatMap(({ columns }) =>
        columns.map((column) => `${coming.live.name}.${columnBefore(coming, column)}`),
      ),
  );
}

/** Columns whose values become unique, and need not be unique yet. */
interface ComingKey {
  /** At head, like the columns. */
  readonly table: string;
  readonly columns: readonly string[];
}

/** The keys that the change adds, as far as columns of head tell their rows apart. */
export function keysToFill(of: PreservedInput): readonly ComingKey[] {
  return comingTables(of).flatMap((coming) => {
    const known = new Set(uniqueColumns(coming.live).map((columns) => JSON.stringify(columns)));
    return uniqueColumns(coming.later)
      .map((columns) => tellingApart(coming, columns))
      .filter((columns) => columns.length > 0 && !known.has(JSON.stringify(columns)))
      .filter((columns) => coming.live.partition?.key.every((column) => columns.includes(column)) ?? true)
      .map((columns) => ({ table: coming.live.name, columns }));
  });
}

/** The columns of a key at head; none where a new column may have another value in each row. */
function tellingApart(coming: Coming, columns: readonly string[]): readonly string[] {
  const before = columns.map((column) => columnBefore(coming, column));
  const isAlike = columns.every((column, at) => before[at] !== undefined || isSameInRows(coming, column));
  return isAlike ? before.flatMap((column) => column ?? []) : [];
}

/** Whether all existing rows may get one value in a new column: its default, or that of a backfill. */
function isSameInRows({ later, filled }: Coming, name: string): boolean {
  const column = later.columns.find((one) => one.name === name);
  if (!column || column.identity !== null || column.generated !== null) return false;
  return column.default !== null || filled.has(`${later.name}.${name}`);
}

/** An exclusion constraint that the change adds, in the names of head. */
interface ComingExclusion {
  readonly table: string;
  readonly exclusion: ExclusionModel;
}

/** The exclusion constraints that the change adds, as far as they read columns of head. */
export function exclusionsToFill(of: PreservedInput, reader: SqlReader): readonly ComingExclusion[] {
  return comingTables(of).flatMap((coming) => {
    const reads = (model: ExclusionModel) => [
      ...model.elements.map(({ expression }) => expression.sql),
      ...(model.where ? [model.where.sql] : []),
    ];
    const known = new Set(coming.live.exclusions.map((model) => JSON.stringify(reads(model))));
    return coming.later.exclusions
      .filter((model) => !known.has(JSON.stringify(reads(model))))
      .filter((model) => reads(model).every((sql) => isOfKnown(sql, coming, reader)))
      .map((exclusion) => ({ table: coming.live.name, exclusion }));
  });
}

function uniqueColumns({ primaryKey, uniques, indexes }: TableModel): readonly (readonly string[])[] {
  const whole = indexes.filter(({ unique, where }) => unique && where === null);
  return [
    ...(primaryKey ? [primaryKey.columns] : []),
    ...uniques.map(({ columns }) => columns),
    ...whole.map(({ keys }) => keys.map(({ column }) => column ?? '')),
  ];
}

function comingTables(of: PreservedInput): readonly Coming[] {
  return of.head.tables.flatMap((live) => {
    const later = of.desired.tables.find(({ name }) => name === tableNameAfter(live.name, of.renames));
    return later ? [{ ...of, live, later }] : [];
  });
}

/** The database decides on a check that cannot be parsed: where its columns do not exist, any row will do. */
function comingChecks(coming: Coming, reader: SqlReader): readonly CheckModel[] {
  const known = new Set(coming.live.checks.map(({ expression }) => expression.sql));
  return coming.later.checks.filter(
    ({ expression: { sql } }) => !known.has(sql) && isOfKnown(sql, coming, reader),
  );
}

/** Whether an expression reads columns alone that exist at head, under the same name. */
function isOfKnown(sql: string, { live, later, renames }: Coming, reader: SqlReader): boolean {
  const strange = later.columns.filter(({ name }) => {
    const before = live.columns.find((column) => columnNameAfter(later.name, column.name, renames) === name);
    return before?.name !== name;
  });
  const parts = reader.expression(sql);
  return !strange.some(({ name }) => parts?.reads(name));
}

/** Of existing columns, and not known yet. */
function comingKeys(coming: Coming): readonly ForeignKeyModel[] {
  const known = new Set(
    coming.live.foreignKeys.map(({ columns, table }) => JSON.stringify([columns, table])),
  );
  return coming.later.foreignKeys.filter((key) => {
    const columns = key.columns.map((column) => columnBefore(coming, column));
    const table = tableBefore(coming.head, key.table, coming.renames)?.name ?? key.table;
    return columns.every((column) => column !== undefined) && !known.has(JSON.stringify([columns, table]));
  });
}

function columnBefore(
  { live, later, renames }: Pick<Coming, 'live' | 'later' | 'renames'>,
  name: string,
): string | undefined {
  return live.columns.find((column) => columnNameAfter(later.name, column.name, renames) === name)?.name;
}

function tableBefore(
  { tables }: SchemaModel,
  name: string,
  renames: readonly Rename[],
): TableModel | undefined {
  return tables.find((table) => tableNameAfter(table.name, renames) === name);
}

/** A foreign key in the names of head; none where it refers to an object that does not exist yet. */
function atHead(coming: Coming, key: ForeignKeyModel): ForeignKeyModel | undefined {
  const { head, desired, renames } = coming;
  const parent = tableBefore(head, key.table, renames);
  const later = desired.tables.find(({ name }) => name === key.table);
  if (!parent || !later) return undefined;
  const references = key.references.flatMap(
    (name) => columnBefore({ live: parent, later, renames }, name) ?? [],
  );
  const columns = key.columns.flatMap((name) => columnBefore(coming, name) ?? []);
  return references.length < columns.length ? undefined : { ...key, table: parent.name, columns, references };
}
