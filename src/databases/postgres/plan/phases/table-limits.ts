/** Warnings about what else sees the work on a table. */

import type { ConfirmedValues, PlanReading } from '../../../planning.js';
import type { ColumnRename } from './bridge.js';
import type { MovedColumn } from './moves/moved.js';
import { secondName } from './moves/second-names.js';
import type { ValuesApart } from './values.js';

/** What a group does to rows and columns. */
interface Work {
  readonly confirmed: ConfirmedValues;
  readonly bridged: readonly ColumnRename[];
  readonly values: Pick<ValuesApart, 'moved'>;
  /** Columns that get a second one beside them. */
  readonly seconds: readonly Pick<MovedColumn, 'table' | 'live'>[];
}

/** One sentence for each table. */
export function limitsOfTables(reading: PlanReading, work: Work): readonly string[] {
  const { around = [] } = reading.facts;
  const updated = new Set(updatedTables(reading, work));
  return around.flatMap(({ table, triggers, publications }) => {
    const added = addedColumns(table, reading, work);
    const isMoved = work.values.moved.some((one) => one.table === table);
    return [
      ...(updated.has(table) && triggers.length > 0
        ? [
            `${table}: the batches that fill rows fire ${plural('the trigger', triggers)} for each of them. Where that is wrong, let the trigger leave such rows alone in an earlier revision`,
          ]
        : []),
      ...(publications.length > 0 && added.length > 0
        ? [
            `${table}: ${plural('the publication', publications)} has all columns of it, and a subscriber without ${added.join(', ')} stops. Add it there first`,
          ]
        : []),
      ...(publications.length > 0 && isMoved
        ? [
            `${table}: ${plural('the publication', publications)} has it, and a subscriber whose type lacks a new value stops. Add the value there first`,
          ]
        : []),
    ];
  });
}

function plural(words: string, names: readonly string[]): string {
  return `${words}${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}

/** Tables whose rows a group updates in batches. */
function updatedTables(
  { changes }: PlanReading,
  { confirmed, bridged, values, seconds }: Work,
): readonly string[] {
  const filled = changes.filter(
    ({ kind, table, object }) =>
      (kind === 'add-column' || kind === 'alter-column') && confirmed.backfills.has(`${table}.${object}`),
  );
  return [...filled, ...bridged, ...values.moved, ...seconds].map(({ table }) => table);
}

function addedColumns(
  table: string,
  { changes }: PlanReading,
  { bridged, seconds }: Work,
): readonly string[] {
  const added = changes.filter((one) => one.kind === 'add-column' && one.table === table);
  return [
    ...bridged.filter((one) => one.table === table).map(({ to }) => to),
    ...added.map(({ object }) => object),
    ...seconds.filter((one) => one.table === table).map(({ live }) => secondName(live.name, 'new')),
  ];
}
