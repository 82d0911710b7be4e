/** Columns that get another type by way of a second column, which takes their place. */

import type { AlterChange } from '../../../../../schema/change.js';
import type {
  ColumnModel,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../../../../../schema/model.js';
import { keptName, NAME_BYTES, truncated } from '../../../../../sql/identifiers.js';
import { keyIndex } from '../../key-index.js';
import type { AlikeTypes } from './alike.js';

/** A column that gets another type. */
export interface MovedColumn {
  readonly table: string;
  readonly change: AlterChange<'column'>;
  readonly live: ColumnModel;
  readonly desired: ColumnModel;
  readonly types: AlikeTypes;
}

/** The second column has the new type until the swap, and the former one after it. */
export type Second = 'new' | 'old';

/** The name of a second column, or of a part that is made of it. */
export function secondName(name: string, which: Second): string {
  const ending = `_${which}`;
  return `${truncated(name, NAME_BYTES - ending.length)}${ending}`;
}

/** The name of the check that proves that every row has its value. */
export function proofName({ live }: MovedColumn, which: Second): string {
  return keptName(`nn_${secondName(live.name, which)}`);
}

/** The other one. */
export function otherSecond(which: Second): Second {
  return which === 'new' ? 'old' : 'new';
}

/** The second column: without a value of its own, which its trigger gives, and nullable until every row has one. */
export function secondColumn({ live, desired }: MovedColumn, which: Second): ColumnModel {
  const { type, collation } = which === 'new' ? desired : live;
  return {
    ...live,
    ...{ name: secondName(live.name, which), type, collation, nullable: true },
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
}

/** All of them. */
export function movedParts({ tables }: SchemaModel, moved: readonly MovedColumn[]): MovedParts {
  const isMoved = (table: string) => (column: string | null) =>
    moved.some((one) => one.table === table && one.live.name === column);
  const within = <T>(partsOf: (table: TableModel) => readonly T[]) =>
    tables.flatMap((table) => partsOf(table).map((model) => ({ table: table.name, model })));
  const hasKey = (table: string) => (key: KeyModel) => [...key.columns, ...key.include].some(isMoved(table));
  return {
    indexes: within(({ name, indexes }) =>
      indexes.filter(({ keys, include }) =>
        [...keys.map(({ column }) => column), ...include].some(isMoved(name)),
      ),
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
  };
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
  return all.map(({ table, model }) => {
    const named = renaming(moved, which)(table);
    return {
      table,
      model: {
        ...model,
        name: secondName(model.name, which),
        keys: model.keys.map((key) => ({ ...key, column: key.column === null ? null : named(key.column) })),
        include: model.include.map(named),
      },
    };
  });
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
