/** Reads what `@Partitioned` declares, and refuses what PostgreSQL cannot have. */

import type { EntityMetadata } from 'typeorm';
import { EntityPartitionError } from '../errors/entities.js';
import { mayBeShorter, parseInterval, type Interval } from '../schema/interval.js';
import type { TableModel } from '../schema/model.js';
import type { PartitionModel, PartitionPolicy } from '../schema/partition.js';
import { partitionOptions, type PartitionOptions, type RangePartitions } from '../partitioned.js';
import type { Context } from './context.js';
import { keysWithout } from './keys-without.js';

/** Makes the error for a problem. */
type Refuse = (problem: string) => EntityPartitionError;

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

function policyOf(options: PartitionOptions, refuse: Refuse): PartitionPolicy {
  switch (options.strategy) {
    case 'range':
      return rangePolicy(options, refuse);
    case 'list':
      if (Object.keys(options.partitions).length === 0)
        throw refuse('partitions is empty. Specify the values of each partition by its name.');
      return { lists: options.partitions };
    case 'hash':
      if (!Number.isInteger(options.partitions) || options.partitions < 1)
        throw refuse(`partitions is ${options.partitions}. Specify a whole number of 1 or more.`);
      return { count: options.partitions };
    default: {
      const { strategy } = options as { readonly strategy: unknown };
      throw refuse(`there is no strategy ${String(strategy)}. Specify range, list or hash.`);
    }
  }
}

function rangePolicy(options: RangePartitions, refuse: Refuse): PartitionPolicy {
  const { every, ahead = 3, keep = null } = options;
  const [length, kept] = [
    intervalOf('every', every, refuse),
    keep === null ? null : intervalOf('keep', keep, refuse),
  ];
  if (!Number.isInteger(ahead) || ahead < 0)
    throw refuse(`ahead is ${ahead}. Specify a whole number of 0 or more.`);
  if (kept && mayBeShorter(kept, length))
    throw refuse(
      `keep is ${String(keep)}, which may be shorter than a partition, ${every}. Rows leave with their whole partition: specify a longer keep or a shorter every.`,
    );
  return { every, ahead, keep };
}

function intervalOf(name: string, text: string, refuse: Refuse): Interval {
  const interval = parseInterval(text);
  if (interval) return interval;
  throw refuse(
    `${name} is ${JSON.stringify(text)}, which is no interval. Specify a number of hours, days, weeks, months or years, such as "1 month".`,
  );
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
