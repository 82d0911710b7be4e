/** Columns that get another type by way of a second column, which takes their place. */

import type { AlterChange } from '../../../../../schema/change.js';
import type {
  CheckModel,
  ColumnModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../../../../../schema/model.js';
import { expressionWith } from '../type-names.js';
import { isMadeOf } from '../../coexistence.js';
import { namesType } from '../../sql-reader.js';
import { helperName } from '../../helper-check.js';
import { keyIndex } from '../../key-index.js';
import type { AlikeTypes } from './alike.js';
import { secondType, typeOfSecond, type MovedValues } from './moved-values.js';
import { secondName, type Second } from './second-names.js';

/** A column that gets another type. */
export interface MovedColumn {
  readonly table: string;
  readonly change: AlterChange<'column'>;
  readonly live: ColumnModel;
  readonly desired: ColumnModel;
  readonly types: AlikeTypes;
  /** What may use it while the revisions run, in words. */
  readonly known: readonly string[];
  /** Where an enumerated type loses values: both types have one name, and the second column has the other one. */
  readonly values?: MovedValues;
}

/** The name of the check that proves that every row has its value. */
export function proofName({ live }: MovedColumn, which: Second): string {
  return helperName(secondName(live.name, which));
}

/** The second column: without a value of its own, which its trigger gives, and nullable until every row has one. */
export function secondColumn({ live, desired, values }: MovedColumn, which: Second): ColumnModel {
  const { type, collation } = which === 'new' ? desired : live;
  return {
    ...live,
    ...{ name: secondName(live.name, which), collation, nullable: true },
    type: values ? typeOfSecond(live, values, which) : type,
    ...{ default: null, identity: null, comment: null },
  };
}

/** A part of a table, with its table. */
export interface Placed<T> {
  readonly table: string;
  readonly model: T;
}

/** The parts of both ends that are made of moved columns, at head. */
export interface MovedParts {
  readonly indexes: readonly Placed<IndexModel>[];
  readonly keys: readonly (Placed<KeyModel> & { readonly kind: 'PRIMARY KEY' | 'UNIQUE' })[];
  readonly foreignKeys: readonly Placed<ForeignKeyModel>[];
  readonly checks: readonly Placed<CheckModel>[];
}

/** Those of the state in which the second columns have the new type, and of that in which they have the former one. */
export type PartsOfStates = Readonly<Record<Second, MovedParts>>;

/** All of them. */
export function movedParts({ tables }: SchemaModel, moved: readonly MovedColumn[]): MovedParts {
  const isMoved = (table: string) => (column: string | null) =>
    moved.some((one) => one.table === table && one.live.name === column);
  const within = <T>(partsOf: (table: TableModel) => readonly T[]) =>
    tables.flatMap((table) => partsOf(table).map((model) => ({ table: table.name, model })));
  const hasKey = (table: string) => (key: KeyModel) => [...key.columns, ...key.include].some(isMoved(table));
  return {
    indexes: within(({ name, indexes }) =>
      indexes.filter((index) => moved.some((one) => one.table === name && isMadeOf(index, one.live.name))),
    ),
    keys: [
      ...within(({ name, primaryKey }) => (primaryKey ? [primaryKey] : []).filter(hasKey(name))).map(
        (one) => ({ ...one, kind: 'PRIMARY KEY' as const }),
      ),
      ...within(({ name, uniques }) => uniques.filter(hasKey(name))).map((one) => ({
        ...one,
        kind: 'UNIQUE' as const,
      })),
    ],
    foreignKeys: within(({ name, foreignKeys }) =>
      foreignKeys.filter((key) => key.columns.some(isMoved(name)) || key.references.some(isMoved(key.table))),
    ),
    checks: within(({ name, checks }) => checks.filter((check) => isCheckOf(check, name, moved))),
  };
}

/** Whether a check reads a moved column, or names the type of one. */
function isCheckOf(check: CheckModel, table: string, moved: readonly MovedColumn[]): boolean {
  return moved.some(
    (one) =>
      (one.table === table && isMadeOf(check, one.live.name)) ||
      (one.values !== undefined && namesType(check.expression.sql, one.values.desired.name)),
  );
}

/** Columns by their names beside the second ones. */
function renaming(moved: readonly MovedColumn[], which: Second) {
  return (table: string) => (column: string) =>
    moved.some((one) => one.table === table && one.live.name === column) ? secondName(column, which) : column;
}

/** The indexes of the second columns: those of indexes and of keys. */
export function secondIndexes(
  { indexes, keys }: MovedParts,
  moved: readonly MovedColumn[],
  which: Second,
): readonly Placed<IndexModel>[] {
  const all = [...indexes, ...keys.map(({ table, model }) => ({ table, model: keyIndex(model) }))];
  const types = secondTypes(moved, which);
  return all.map(({ table, model }) => {
    const named = renaming(moved, which)(table);
    const own = moved.filter((one) => one.table === table).map(({ live }) => live.name);
    const columns = new Map(own.map((name) => [name, secondName(name, which)]));
    const inNames = (sql: string) => expressionWith(sql, { columns, types });
    return {
      table,
      model: {
        ...model,
        name: secondName(model.name, which),
        keys: model.keys.map((key) => ({
          ...key,
          column: key.column === null ? null : named(key.column),
          expression: key.expression === null ? null : inNames(key.expression),
        })),
        include: model.include.map(named),
        where: model.where && { ...model.where, sql: inNames(model.where.sql) },
      },
    };
  });
}

/** The temporary names of enumerated types, by their own ones. */
function secondTypes(moved: readonly MovedColumn[], which: Second): ReadonlyMap<string, string> {
  return new Map(
    moved.flatMap(({ values }) => (values ? [[values.desired.name, secondType(values, which)]] : [])),
  );
}

/** The foreign keys between the second columns. */
export function secondForeignKeys(
  { foreignKeys }: MovedParts,
  moved: readonly MovedColumn[],
  which: Second,
): readonly Placed<ForeignKeyModel>[] {
  const named = renaming(moved, which);
  return foreignKeys.map(({ table, model }) => ({
    table,
    model: {
      ...model,
      name: secondName(model.name ?? '', which),
      columns: model.columns.map(named(table)),
      references: model.references.map(named(model.table)),
      ...(model.setColumns ? { setColumns: model.setColumns.map(named(table)) } : {}),
    },
  }));
}

/** A schema with the second columns. */
export function withSecond(schema: SchemaModel, moved: readonly MovedColumn[], which: Second): SchemaModel {
  if (moved.length === 0) return schema;
  return {
    ...schema,
    tables: schema.tables.map((table) => {
      const own = moved.filter((one) => one.table === table.name).map((one) => secondColumn(one, which));
      return own.length === 0 ? table : { ...table, columns: [...table.columns, ...own] };
    }),
  };
}

/** The tables with moved columns. */
export function tablesOf(moved: readonly MovedColumn[]): readonly string[] {
  return [...new Set(moved.map(({ table }) => table))];
}
