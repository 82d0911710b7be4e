import {
  compareText,
  type ColumnModel,
  type EnumModel,
  type ForeignKeyModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../schema/model.js';
import type { Box, Line, Picture, Row } from './picture.js';

/** The picture of a schema: tables, views and enums, each sorted by name. */
export function pictureOf({ tables, views = [], enums }: SchemaModel): Picture {
  return {
    boxes: [...inOrder(tables).map(tableBox), ...inOrder(views).map(viewBox), ...inOrder(enums).map(enumBox)],
    lines: [...inOrder(tables).flatMap(relations), ...inOrder(views).flatMap(readings)],
  };
}

function inOrder<T extends { readonly name: string }>(models: readonly T[]): readonly T[] {
  return [...models].sort((a, b) => compareText(a.name, b.name));
}

function tableBox(table: TableModel): Box {
  const { partition } = table;
  return {
    kind: partition ? 'partitioned table' : 'table',
    name: table.name,
    note: partition ? `partitioned by ${partition.strategy} (${partition.key.join(', ')})` : optionsOf(table),
    rows: table.columns.map((column) => columnRow(table, column)),
  };
}

function optionsOf({ persistence, options }: TableModel): string {
  return [persistence === 'unlogged' ? 'unlogged' : '', options ?? '']
    .filter((word) => word !== '')
    .join(', ');
}

function columnRow(table: TableModel, { name, type, nullable }: ColumnModel): Row {
  return { name, detail: type.replace(/^enum /, ''), keys: keysOf(table, name), nullable };
}

function keysOf(table: TableModel, column: string): readonly string[] {
  const isIn = (columns: readonly string[]) => columns.includes(column);
  return [
    ...(isIn(table.primaryKey?.columns ?? []) ? ['PK'] : []),
    ...(table.foreignKeys.some(({ columns }) => isIn(columns)) ? ['FK'] : []),
    ...(isUnique(table, [column]) ? ['UK'] : []),
  ];
}

/** Whether no two rows have the same values in these columns. */
function isUnique({ uniques, indexes }: TableModel, columns: readonly string[]): boolean {
  const isSame = (others: readonly (string | null)[]) =>
    others.length === columns.length && others.every((one) => one !== null && columns.includes(one));
  return (
    uniques.some((key) => isSame(key.columns)) ||
    indexes.some(
      ({ unique, where, keys }) => unique && where === null && isSame(keys.map(({ column }) => column)),
    )
  );
}

function viewBox({ name, materialized, outputs }: ViewModel): Box {
  return {
    kind: materialized ? 'materialized view' : 'view',
    name,
    note: '',
    rows: outputs.map((column) => ({ name: column.name, detail: column.type, keys: [], nullable: false })),
  };
}

function enumBox({ name, values }: EnumModel): Box {
  const rows = values.map((value) => ({ name: value, detail: '', keys: [], nullable: false }));
  return { kind: 'enum', name, note: '', rows };
}

function relations(table: TableModel): readonly Line[] {
  return table.foreignKeys.map((key) => ({
    kind: 'foreign-key',
    parent: key.table,
    child: table.name,
    parentColumns: key.references,
    childColumns: key.columns,
    label: actionsOf(key),
    optional: key.columns.some((name) => table.columns.find((one) => one.name === name)?.nullable),
    single: isUnique(table, key.columns) || isKey(table, key.columns),
  }));
}

function isKey({ primaryKey }: TableModel, columns: readonly string[]): boolean {
  return (
    primaryKey?.columns.length === columns.length && primaryKey.columns.every((one) => columns.includes(one))
  );
}

/** What happens to children, in words; an action that refuses the change is the usual one. */
export function actionsOf({ onDelete, onUpdate }: ForeignKeyModel): string {
  return [
    ...(onDelete === 'NO ACTION' ? [] : [`on delete ${onDelete.toLowerCase()}`]),
    ...(onUpdate === 'NO ACTION' ? [] : [`on update ${onUpdate.toLowerCase()}`]),
  ].join(', ');
}

function readings({ name, dependsOn }: ViewModel): readonly Line[] {
  return dependsOn.map((parent) => ({
    ...{ kind: 'reads', parent, child: name, parentColumns: [], childColumns: [] },
    ...{ label: '', optional: false, single: true },
  }));
}
