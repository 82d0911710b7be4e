/** Extensions that a schema needs: of their types, functions and operator classes. */

import { expressionsOf } from '../../../schema/expressions-of.js';
import type { ColumnModel, SchemaModel, TableModel } from '../../../schema/model.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { parsePostgresType } from '../../../sql/postgres-types.js';
import { statement } from '../../../sql/statement.js';
import type { PostgresContext } from './context.js';
import type { Operation } from './operation.js';
import { sqlReader } from './sql-reader.js';

/** Types of columns that no server has without an extension, by their names without a schema. */
const OF_TYPES: ReadonlyMap<string, string> = new Map([
  ['citext', 'citext'],
  ['hstore', 'hstore'],
  ['ltree', 'ltree'],
  ['cube', 'cube'],
  ['geometry', 'postgis'],
  ['geography', 'postgis'],
  ['vector', 'vector'],
  ['halfvec', 'vector'],
]);

/** https://www.postgresql.org/docs/current/uuid-ossp.html; gen_random_uuid() is a function of the server itself. */
const OF_UUID_OSSP = /^uuid_(?:generate_v(?:1|1mc|3|4|5)|nil|ns_(?:dns|url|oid|x500))$/;

/** Those of its functions that return another value on each call, whether the extension is there already or not. */
export const VOLATILE_OF_UUID_OSSP = ['uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4'];

/** Types that GiST can index without btree_gist, ranges aside. */
const IN_GIST: ReadonlySet<string> = new Set([
  ...['box', 'circle', 'point', 'polygon', 'tsvector', 'tsquery'],
  ...OF_TYPES.keys(),
]);

/** Operators that btree_gist brings for types with an order. */
const OF_BTREE_GIST: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/**
 * Installs what the entities need and did not need before, unless a revision before installs it for another reason. The
 * revisions before, or TypeORM when it connects, have installed the rest. `down` keeps an extension: other objects of the database may use it by then.
 */
export function createExtensions({ from, to, confirmed, installed }: PostgresContext): readonly Operation[] {
  const known = new Set([...extensionsOf(from), ...installed]);
  const given = [...confirmed.backfills.values(), ...confirmed.usings.values()].flatMap(ofExpression);
  return [...new Set([...extensionsOf(to), ...given])]
    .filter((name) => !known.has(name))
    .sort()
    .map((name) => ({
      phase: 'main',
      step: 'create-extension',
      alone: false,
      reason: `${name}: extension`,
      up: [
        statement(`CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}`, {
          note: 'down keeps it: other objects of the database may use it',
        }),
      ],
      down: [],
    }));
}

/** The names of the extensions that a schema needs. */
export function extensionsOf({ tables }: SchemaModel): ReadonlySet<string> {
  return new Set(tables.flatMap(ofTable));
}

function ofTable(table: TableModel): readonly string[] {
  const needsGist = indexesInGist(table) || excludesInGist(table);
  return [
    ...table.columns.flatMap(({ type }) => OF_TYPES.get(typeName(type)) ?? []),
    ...expressionsOf(table).flatMap(({ sql }) => ofExpression(sql)),
    ...(needsGist ? ['btree_gist'] : []),
  ];
}

function ofExpression(sql: string): readonly string[] {
  const called = sqlReader().expression(sql)?.functions ?? [];
  return [...called].some((name) => OF_UUID_OSSP.test(name)) ? ['uuid-ossp'] : [];
}

function indexesInGist({ columns, indexes }: TableModel): boolean {
  return indexes.some(
    ({ method, keys }) =>
      method === 'gist' &&
      keys.some(({ column, opclass }) => opclass === null && isForBtreeGist(columnOf(columns, column))),
  );
}

/** An element that is more than a column is judged by its operator alone. */
function excludesInGist({ columns, exclusions }: TableModel): boolean {
  return exclusions.some(
    ({ method, elements }) =>
      method === 'gist' &&
      elements.some(({ expression, operator }) => {
        const column = columns.find(({ name }) => [name, quoteIdentifier(name)].includes(expression.sql));
        return OF_BTREE_GIST.has(operator) && (column === undefined || isForBtreeGist(column));
      }),
  );
}

function columnOf(columns: readonly ColumnModel[], wanted: string | null): ColumnModel | undefined {
  return columns.find(({ name }) => name === wanted);
}

function isForBtreeGist(column: ColumnModel | undefined): boolean {
  if (!column) return false;
  const name = typeName(column.type);
  return !IN_GIST.has(name) && !/(?:range|multirange)$/.test(name);
}

/** Without its schema; that of an enumerated type as the model has it. */
function typeName(type: string): string {
  const { name } = parsePostgresType(type);
  return name.startsWith('enum ') ? name : name.slice(name.lastIndexOf('.') + 1);
}
