/**
 * The expressions that are keys of indexes. No entity declares one, so both sides have the same text, unless the type of
 * a column has changed in between: PostgreSQL prints `n + 1` over a numeric column as `n + 1::numeric`.
 */

import type { IndexKey, SchemaModel, TableModel } from '../../schema/model.js';
import type { BothSides } from '../catalog.js';
import type { PostgresExpression } from './expression/expression.js';
import type { Owned } from './expression/unplanned.js';

/** The expressions of two indexes of one name that differ as texts, of both sides. */
export function differingKeys(live: TableModel, desired: TableModel): readonly Owned[] {
  return desired.indexes.flatMap(({ name, keys }) => {
    const there = live.indexes.find((one) => one.name === name);
    return keys.flatMap((key, index) => {
      const other = there?.keys[index];
      if (!other || !isComputed(key) || !isComputed(other) || key.expression === other.expression) return [];
      const owner = `key ${index} of index ${name}`;
      return [key, other].map(({ expression }) => ({ sql: expression, type: null, owner }));
    });
  });
}

/** The desired side, with the text of the database in each key that means the same there. */
export function withLiveKeys(
  { live, desired }: BothSides,
  spelling: (table: string, expression: PostgresExpression) => string | undefined,
): SchemaModel {
  const liveByName = new Map(live.tables.map((table) => [table.name, table]));
  return {
    ...desired,
    tables: desired.tables.map((table) => {
      const there = liveByName.get(table.name);
      if (!there || differingKeys(there, table).length === 0) return table;
      return withKeysOf(there, table, (sql) => spelling(table.name, { sql, type: null }));
    }),
  };
}

function withKeysOf(
  live: TableModel,
  desired: TableModel,
  spelling: (sql: string) => string | undefined,
): TableModel {
  const same = (key: IndexKey, other: IndexKey | undefined): IndexKey => {
    if (!other || !isComputed(key) || !isComputed(other)) return key;
    const canonical = spelling(key.expression);
    const isSame = canonical !== undefined && canonical === spelling(other.expression);
    return isSame ? { ...key, expression: other.expression } : key;
  };
  const indexes = desired.indexes.map((index) => {
    const there = live.indexes.find(({ name }) => name === index.name);
    return { ...index, keys: index.keys.map((key, at) => same(key, there?.keys[at])) };
  });
  return { ...desired, indexes };
}

function isComputed(key: IndexKey): key is IndexKey & { readonly expression: string } {
  return key.expression !== null;
}
