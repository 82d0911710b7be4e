/** Reads what `@Partitioned` declares, and refuses what PostgreSQL cannot have. */

import type { EntityMetadata } from 'typeorm';
import { EntityPartitionError } from '../errors/entities.js';
import type { TableModel } from '../schema/model.js';
import type { PartitionModel } from '../schema/partition.js';
import { partitionOptions } from '../partitioned.js';
import type { Context } from './context.js';
import { keysWithout } from './keys-without.js';
import { policyOf, type Refuse } from './partition-policy.js';

/** A table with the partitions that its entity declares, where the database has partitions. */
export function withPartition({ rules }: Context, metadata: EntityMetadata, table: TableModel): TableModel {
  const options = rules.partitions ? partitionOptions(metadata.target) : undefined;
  if (!options) return table;
  const refuse: Refuse = (problem) => new EntityPartitionError(metadata.name, options.by, problem);
  const policy = policyOf(options, refuse);
  const column = metadata.findColumnWithPropertyPath(options.by);
  if (!column)
    throw refuse(`${metadata.name} has no such column. Specify the name of a property with @Column.`);
  const name = rules.canonicalizeName(column.databaseName);
  if (options.strategy === 'range') assertMoment(table, { name, every: options.every }, refuse);
  assertKeysContain(table, { name, property: options.by }, refuse);
  const rest = 'default' in options ? (options.default ?? false) : false;
  const partition: PartitionModel = { strategy: options.strategy, key: [name], rest, policy };
  return { ...table, partition };
}

function assertMoment(
  { columns }: TableModel,
  { name, every }: { readonly name: string; readonly every: string },
  refuse: Refuse,
): void {
  const column = columns.find((one) => one.name === name);
  if (!column || !/^(?:date$|timestamp\b(?!.*\[\]))/.test(column.type))
    throw refuse(
      `its column ${name} has the type ${column?.type ?? 'unknown'}. Partitions by time require a date, a timestamp or a timestamptz.`,
    );
  if (column.type === 'date' && /hour/.test(every))
    throw refuse(
      `every is ${every}, and its column ${name} is a date. Specify days, weeks, months or years.`,
    );
  if (column.nullable)
    throw refuse(`its column ${name} may be null, and no range contains null. Remove nullable: true.`);
}

function assertKeysContain(
  table: TableModel,
  { name, property }: { readonly name: string; readonly property: string },
  refuse: Refuse,
): void {
  const [first] = keysWithout(table, name);
  if (first === undefined) return;
  throw refuse(
    `${first} does not contain its column ${name}. PostgreSQL checks each partition alone, so every key must contain the partition key. Add ${property} to it.`,
  );
}
