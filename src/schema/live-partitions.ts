/** What a database has of partitions, and entities do not declare. */

import type { SchemaModel, TableModel, UnmanagedObject } from './model.js';
import { isSameKey, partitionWords } from './partition.js';

/**
 * A schema whose tables are also divided as the database has them, where their entities do not declare it.
 *
 * @param wasDeclared whether an entity of a table declared it before: leaving it out is a change then
 */
export function withLivePartitions(
  desired: SchemaModel,
  live: SchemaModel,
  wasDeclared: (table: string) => boolean = () => false,
): SchemaModel {
  const there = new Map(live.tables.map((table) => [table.name, table]));
  if (!live.tables.some(({ partition }) => partition)) return desired;
  const tables = desired.tables.map((table) =>
    !table.partition && wasDeclared(table.name) ? table : withPartitionOf(table, there.get(table.name)),
  );
  return { ...desired, tables };
}

function withPartitionOf(table: TableModel, live: TableModel | undefined): TableModel {
  const [own, found] = [table.partition, live?.partition];
  if (!found) return table;
  if (!own) return { ...table, partition: { ...found } };
  return found.rest && !own.rest && isSameKey(own, found)
    ? { ...table, partition: { ...own, rest: true } }
    : table;
}

/** The same as objects of a report: `events.PARTITION BY RANGE (at)`. */
export function undeclaredPartitions(live: SchemaModel, desired: SchemaModel): readonly UnmanagedObject[] {
  const declared = new Map(desired.tables.map((table) => [table.name, table]));
  return live.tables.flatMap(({ name, partition }): readonly UnmanagedObject[] => {
    const own = declared.get(name);
    if (!partition || !own) return [];
    if (!own.partition)
      return [{ kind: 'table-option', object: `${name}.PARTITION BY ${partitionWords(partition)}` }];
    return partition.rest && !own.partition.rest && isSameKey(own.partition, partition)
      ? [{ kind: 'table-option', object: `${name}.DEFAULT PARTITION` }]
      : [];
  });
}

/** Whether a table has the name of a partition of another one, by the rule of this package. */
export function formerPartitions({ tables }: SchemaModel): (name: string) => boolean {
  const parents = tables.filter(({ partition }) => partition).map(({ name }) => `${name}_`);
  return (name) => parents.some((start) => name.startsWith(start) && FORMER.test(name.slice(start.length)));
}

const FORMER = /^(?:default|before\d*|p\d+(?:_\d\d){0,3})$/;

/**
 * A live schema with what entities declared of the partitions of its tables, so that a table can be created again.
 *
 * @param nameBefore the name that a table has in the other schema; default the same
 */
export function withPolicies(
  live: SchemaModel,
  declared: SchemaModel | undefined,
  nameBefore: (table: string) => string = (table) => table,
): SchemaModel {
  const policies = new Map((declared?.tables ?? []).map((table) => [table.name, table.partition?.policy]));
  const tables = live.tables.map((table) => {
    const policy = policies.get(nameBefore(table.name));
    return table.partition && policy ? { ...table, partition: { ...table.partition, policy } } : table;
  });
  return { ...live, tables };
}
