/** Passes over the unique constraints that PostgreSQL leaves out. */

import type { BothSides } from '../catalog.js';
import { keysOf, meaningOf } from '../../schema/repeated-keys.js';
import type { KeyModel, SchemaModel, TableModel } from '../../schema/model.js';

/**
 * CREATE TABLE makes one key of those that have the same columns, and so does not store a column that is both primary
 * and unique twice. What repeats another key of its table is therefore no difference where the database lacks it.
 * https://github.com/postgres/postgres/blob/master/src/backend/parser/parse_utilcmd.c (transformIndexConstraints)
 */
export function withoutRepeatedKeys({ live, desired }: BothSides): SchemaModel {
  const liveByName = new Map(live.tables.map((table) => [table.name, table]));
  return {
    ...desired,
    tables: desired.tables.map((table) => withoutRepeated(table, liveByName.get(table.name))),
  };
}

function withoutRepeated(table: TableModel, live: TableModel | undefined): TableModel {
  if (!live || !isRepeated(keysOf(table))) return table;
  const repeated = table.uniques.filter((one) => isLeftOut(one, table, live));
  return { ...table, uniques: table.uniques.filter((one) => !repeated.includes(one)) };
}

function isRepeated(keys: readonly KeyModel[]): boolean {
  return new Set(keys.map(meaningOf)).size < keys.length;
}

/** Those that the database has by their names count first, then the others in their order. */
function isLeftOut(unique: KeyModel, table: TableModel, live: TableModel): boolean {
  const alike = (key: KeyModel) => meaningOf(key) === meaningOf(unique);
  const [ofLive, ofDesired] = [keysOf(live).filter(alike), keysOf(table).filter(alike)];
  const isThere = ({ name }: KeyModel) => ofLive.some((key) => key.name === name);
  const order = [...ofDesired.filter(isThere), ...ofDesired.filter((key) => !isThere(key))];
  return ofLive.length > 0 && order.indexOf(unique) >= ofLive.length;
}
