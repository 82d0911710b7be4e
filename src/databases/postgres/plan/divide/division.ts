/** Plain tables that become partitioned by time, and partitioned ones that become plain. */

import type { Change } from '../../../../schema/change.js';
import type { SchemaModel, TableModel } from '../../../../schema/model.js';
import { becomesPlain, becomesRange } from '../../../../schema/partition.js';
import type { RangePolicy } from '../../../../schema/partition.js';
import type { PlanReading } from '../../../planning.js';
import { PostgresNames } from '../sql.js';

type TableAltered = Extract<Change, { readonly kind: 'alter-table' }>;

/** How a table is divided that becomes partitioned, or plain. */
export interface Division {
  /** The change of nothing else. */
  readonly change: TableAltered;
  readonly table: string;
  /** The table, as SQL. */
  readonly path: string;
  /** What stands before the names of its partitions, as SQL. */
  readonly prefix: string;
  /** The column that divides it. */
  readonly key: string;
  readonly policy: RangePolicy;
  /** Whether it has a default partition. */
  readonly rest: boolean;
  /** The tables to which its foreign keys refer, as SQL. */
  readonly parents: readonly string[];
  /** A value of the key as a timestamp in UTC. */
  readonly moment: (value: string) => string;
}

/** Those of a comparison. */
export function divisionsOf(reading: Compared): readonly Division[] {
  return altered(reading).flatMap((change) =>
    becomesRange(change.live.partition, change.desired.partition)
      ? divisionOf(reading, change, change.desired)
      : [],
  );
}

/** Tables that become plain again: what divided them. */
export function unionsOf(reading: Compared): readonly Division[] {
  return altered(reading).flatMap((change) =>
    becomesPlain(change.live.partition, change.desired.partition)
      ? divisionOf(reading, change, change.live)
      : [],
  );
}

type Compared = Pick<PlanReading, 'changes' | 'defaultSchema'>;

function altered({ changes }: Compared): readonly TableAltered[] {
  return changes.flatMap((change) =>
    change.kind === 'alter-table' && change.aspects.includes('partition') ? [change] : [],
  );
}

/** @param divided the side of the change that is partitioned */
function divisionOf(
  { defaultSchema }: Compared,
  change: TableAltered,
  divided: TableModel,
): readonly Division[] {
  const names = new PostgresNames(defaultSchema);
  const { table } = change;
  const { policy, rest = false, key: columns = [] } = divided.partition ?? {};
  const [key] = columns;
  if (!policy || !('every' in policy) || key === undefined) return [];
  const others = divided.foreignKeys.map((one) => one.table).filter((name) => name !== table);
  return [
    {
      ...{ change: { ...change, aspects: ['partition'] }, table, key, policy },
      ...{ path: names.path(table), prefix: names.schemaPrefix(table) },
      rest,
      parents: [...new Set(others)].sort().map((name) => names.path(name)),
      moment: momentIn(divided, key),
    },
  ];
}

function momentIn({ columns }: TableModel, key: string): Division['moment'] {
  const type = columns.find(({ name }) => name === key)?.type ?? '';
  return /with time zone$/.test(type)
    ? (value) => `pg_catalog.timezone('UTC', ${value})`
    : (value) => `${value}::timestamp`;
}

/** The same comparison, in which these tables are plain before it and after it. */
export function undivided<R extends PlanReading>(reading: R, divisions: readonly Division[]): R {
  if (divisions.length === 0) return reading;
  const isDivided = (name: string) => divisions.some(({ table }) => table === name);
  const inPlain = (schema: SchemaModel): SchemaModel => ({
    ...schema,
    tables: schema.tables.map((table) => (isDivided(table.name) ? plain(table) : table)),
  });
  const changes = reading.changes.flatMap((change): readonly Change[] => {
    if (change.kind !== 'alter-table' || !isDivided(change.table)) return [change];
    const aspects = change.aspects.filter((aspect) => aspect !== 'partition');
    if (aspects.length === 0) return [];
    return [{ ...change, aspects, live: plain(change.live), desired: plain(change.desired) }];
  });
  return { ...reading, from: inPlain(reading.from), to: inPlain(reading.to), changes };
}

function plain(table: TableModel): TableModel {
  const { partition, ...rest } = table;
  return partition ? rest : table;
}
