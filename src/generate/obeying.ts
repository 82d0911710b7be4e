import type { CheckModel, ForeignKeyModel, SchemaModel, TableModel } from '../schema/model.js';

/**
 * The schema at head with the foreign keys and checks to come, as far as they are about columns that are there: rows
 * that are made by it may stay when the constraints come. Nothing can refer to a table that is still to come, so its
 * children are made without a parent.
 */
export function obeying(head: SchemaModel, desired: SchemaModel): SchemaModel {
  const after = new Map(desired.tables.map((table) => [table.name, table]));
  return { ...head, tables: head.tables.map((table) => obeyingTable(head, table, after.get(table.name))) };
}

function obeyingTable(head: SchemaModel, live: TableModel, desired: TableModel | undefined): TableModel {
  if (!desired) return live;
  const names = live.columns.map(({ name }) => name);
  const keys = desired.foreignKeys.filter(
    (key) => key.columns.every((name) => names.includes(name)) && !live.foreignKeys.some(isSame(key)),
  );
  const lonely = keys.filter((key) => !isThere(head, key)).map(withoutParent);
  const checks = desired.checks.filter((check) => !live.checks.some(({ name }) => name === check.name));
  return {
    ...live,
    foreignKeys: [...live.foreignKeys, ...keys.filter((key) => isThere(head, key))],
    checks: [...live.checks, ...checks, ...lonely],
  };
}

function isSame(key: ForeignKeyModel): (other: ForeignKeyModel) => boolean {
  const words = (one: ForeignKeyModel) => JSON.stringify([one.columns, one.table, one.references]);
  return (other) => words(other) === words(key);
}

function isThere({ tables }: SchemaModel, { table: name, references }: ForeignKeyModel): boolean {
  const parent = tables.find((table) => table.name === name);
  return (
    parent !== undefined && references.every((one) => parent.columns.some((column) => column.name === one))
  );
}

function withoutParent({ name, columns }: ForeignKeyModel): CheckModel {
  const sql = columns.map((column) => `"${column.replaceAll('"', '""')}" IS NULL`).join(' OR ');
  return { name, expression: { sql, canonical: sql }, validated: true };
}
