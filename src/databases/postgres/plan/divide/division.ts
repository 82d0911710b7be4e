/** Plain tables that become partitioned by time. */

import type { Change } from '../../../../schema/change.js';
import type { SchemaModel, TableModel } from '../../../../schema/model.js';
import { becomesRange } from '../../../../schema/partition.js';
import type { RangePolicy } from '../../../../schema/partition.js';
import type { PlanReading } from '../../../planning.js';
import { PostgresNames } from '../sql.js';

type TableAltered = Extract<Change, { readonly kind: 'alter-table' }>;

/** A plain table that becomes partitioned. */
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
  /** Whether it gets a default partition. */
  readonly rest: boolean;
  /** The tables to which its foreign keys refer, as SQL. */
  readonly parents: readonly string[];
  /** A value of the key as a timestamp in UTC. */
  readonly moment: (value: string) => string;
}

/** Those of a comparison. */
export function divisionsOf({
  changes,
  defaultSchema,
}: Pick<PlanReading, 'changes' | 'defaultSchema'>): readonly Division[] {
  const names = new PostgresNames(defaultSchema);
  return changes.flatMap((change) => {
    if (change.kind !== 'alter-table' || !isDividing(change)) return [];
    const { table, desired } = change;
    const { policy, rest = false, key: columns = [] } = desired.partition ?? {};
    const [key] = columns;
    if (!policy || !('every' in policy) || key === undefined) return [];
    const others = desired.foreignKeys.map((one) => one.table).filter((name) => name !== table);
    return [
      {
        ...{ change: { ...change, aspects: ['partition'] }, table, key, policy },
        ...{ path: names.path(table), prefix: names.schemaPrefix(table) },
        rest,
        parents: [...new Set(others)].sort().map((name) => names.path(name)),
        moment: momentIn(desired, key),
      },
    ];
  });
}

function isDividing({ aspects, live, desired }: TableAltered): boolean {
  return aspects.includes('partition') && becomesRange(live.partition, desired.partition);
}

function momentIn({ columns }: TableModel, key: string): Division['moment'] {
  const type = columns.find(({ name }) => name === key)?.type ?? '';
  return /with time zone$/.test(type)
    ? (value) => `pg_catalog.timezone('UTC', ${value})`
    : (value) => `${value}::timestamp`;
}

/** The same comparison, in which these tables stay plain. */
export function undivided<R extends PlanReading>(reading: R, divisions: readonly Division[]): R {
  if (divisions.length === 0) return reading;
  const isDivided = (name: string) => divisions.some(({ table }) => table === name);
  const tables = reading.to.tables.map((table) => (isDivided(table.name) ? plain(table) : table));
  const to: SchemaModel = { ...reading.to, tables };
  const changes = reading.changes.flatMap((change): readonly Change[] => {
    if (change.kind !== 'alter-table' || !isDivided(change.table)) return [change];
    const aspects = change.aspects.filter((aspect) => aspect !== 'partition');
    return aspects.length === 0 ? [] : [{ ...change, aspects, desired: plain(change.desired) }];
  });
  return { ...reading, to, changes };
}

function plain(table: TableModel): TableModel {
  const { partition, ...rest } = table;
  return partition ? rest : table;
}
