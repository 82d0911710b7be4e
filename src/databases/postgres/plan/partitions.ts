/** The clause that partitions a table, and its first partitions. */

import type { TableModel } from '../../../schema/model.js';
import type {
  HashPolicy,
  ListPolicy,
  PartitionModel,
  PartitionPolicy,
  PartitionValue,
} from '../../../schema/partition.js';
import { NAME_BYTES, truncated } from '../../../sql/identifiers.js';
import { quoteIdentifiers, quoteLiteral } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';
import { rangePartitions } from './range-partitions.js';
import type { PostgresNames } from './sql.js';

/** ` PARTITION BY RANGE ("at")`; nothing for a plain table. */
export function partitionClause({ partition }: TableModel): string {
  if (!partition) return '';
  return ` PARTITION BY ${partition.strategy.toUpperCase()} (${quoteIdentifiers(partition.key)})`;
}

/** Creates the partitions that a new table begins with. */
export function firstPartitions(names: PostgresNames, table: TableModel): readonly Statement[] {
  const { partition } = table;
  if (!partition) return [];
  return [
    ...(partition.policy ? partitionsOf(names, table, partition.policy) : []),
    ...(partition.rest ? [defaultPartition(names, table.name)] : []),
  ];
}

/** Creates the partition that takes the rows of no other one. */
export function defaultPartition(names: PostgresNames, table: string): Statement {
  return partitionOf(names, { table, ending: DEFAULT }, 'DEFAULT');
}

/** The path of that partition. */
export function defaultPath(names: PostgresNames, table: string): string {
  return names.indexPath(table, partName(table, DEFAULT));
}

const DEFAULT = '_default';

function partitionsOf(
  names: PostgresNames,
  table: TableModel,
  policy: PartitionPolicy,
): readonly Statement[] {
  if ('lists' in policy) return listPartitions(names, table.name, policy);
  if ('count' in policy) return hashPartitions(names, table.name, policy);
  const { name } = table;
  const prefix = names.schemaPrefix(name);
  return [statement(rangePartitions({ path: names.path(name), prefix, name, policy }))];
}

function listPartitions(names: PostgresNames, table: string, { lists }: ListPolicy): readonly Statement[] {
  return Object.entries(lists).map(([name, values]) =>
    partitionOf(names, { table, ending: `_${name}` }, `FOR VALUES IN (${values.map(literal).join(', ')})`),
  );
}

function literal(value: PartitionValue): string {
  return typeof value === 'string' ? quoteLiteral(value) : String(value).toUpperCase();
}

function hashPartitions(names: PostgresNames, table: string, { count }: HashPolicy): readonly Statement[] {
  return Array.from({ length: count }, (_, part) =>
    partitionOf(
      names,
      { table, ending: `_p${part}` },
      `FOR VALUES WITH (MODULUS ${count}, REMAINDER ${part})`,
    ),
  );
}

function partitionOf(
  names: PostgresNames,
  { table, ending }: { readonly table: string; readonly ending: string },
  bound: string,
): Statement {
  const path = names.indexPath(table, partName(table, ending));
  return statement(`CREATE TABLE ${path} PARTITION OF ${names.path(table)} ${bound}`, { creates: [path] });
}

/** The name of a table without its schema, cut so that the ending fits. */
function partName(table: string, ending: string): string {
  const own = table.slice(table.indexOf('.') + 1);
  return `${truncated(own, NAME_BYTES - Buffer.byteLength(ending))}${ending}`;
}

/** Whether the partitions of a table are known, so that the table can be created again. */
export function isPlanned(partition: PartitionModel | undefined): boolean {
  return partition?.policy !== undefined;
}
