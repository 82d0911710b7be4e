import type { DataSource } from 'typeorm';
import { isDeepStrictEqual } from 'node:util';
import type { PartitionPolicy } from '../../../schema/partition.js';
import { EQ } from '../../../sql/postgres-operators.js';
import { quoteLiteral } from '../../../sql/quote.js';
import type { FactsAsked } from '../../planner.js';
import type { Facts } from '../../planning.js';
import { PostgresNames } from './sql.js';

/**
 * Of tables whose entities declare other lists, or another number of partitions by hash, those that have these
 * partitions: a revision that a person wrote has made them.
 */
export async function readDeclaredParts(
  dataSource: DataSource,
  { from, to, defaultSchema }: Pick<FactsAsked, 'from' | 'to' | 'defaultSchema'>,
): Promise<Required<Pick<Facts, 'asDeclared'>>> {
  const former = new Map(from.tables.map(({ name, partition }) => [name, partition?.policy]));
  const names = new PostgresNames(defaultSchema);
  const asDeclared: string[] = [];
  for (const { name, partition } of to.tables) {
    const [before, policy] = [former.get(name), partition?.policy];
    if (!before || !policy || isDeepStrictEqual(before, policy)) continue;
    const rows = await dataSource.query<readonly { readonly bound: string }[]>(
      boundsOf(quoteLiteral(names.fullPath(name, defaultSchema))),
    );
    const bounds = rows.map(({ bound }) => valuesIn(bound)).sort();
    if ('every' in policy || isDeepStrictEqual(bounds, declaredBounds(policy).sort())) asDeclared.push(name);
  }
  return { asDeclared };
}

function boundsOf(path: string): string {
  return `SELECT pg_catalog.pg_get_expr(p.relpartbound, p.oid) AS bound FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid ${EQ} h.inhrelid
    JOIN pg_catalog.pg_partitioned_table d ON d.partrelid ${EQ} h.inhparent WHERE h.inhparent ${EQ} ${path}::pg_catalog.regclass AND NOT p.oid ${EQ} d.partdefid`;
}

/** The values of a bound as a text, whatever their order: `FOR VALUES IN ('de', NULL)`. */
function valuesIn(bound: string): string {
  const list = bound.slice(bound.indexOf('(') + 1, -1).match(/'(?:[^']|'')*'|[^,\s]+/g) ?? [];
  const values = list.map((value) =>
    value === 'NULL' ? null : value.replace(/^'|'$/g, '').replaceAll("''", "'"),
  );
  return JSON.stringify(values.sort());
}

/** The same of a declaration. A value that the server spells otherwise is another one. */
function declaredBounds(policy: PartitionPolicy): string[] {
  if ('lists' in policy)
    return Object.values(policy.lists).map((values) =>
      JSON.stringify(values.map((value) => (value === null ? null : String(value))).sort()),
    );
  if (!('count' in policy)) return [];
  const { count } = policy;
  return Array.from({ length: count }, (_, part) => valuesIn(`(modulus ${count}, remainder ${part})`));
}
