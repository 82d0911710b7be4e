/** A table with another name, as two changes: the table of the former name goes, and right behind it the other comes. */

import type { Change, TableChange } from './change.js';

type DroppedTable = Extract<TableChange, { readonly kind: 'drop-table' }>;
type CreatedTable = Extract<TableChange, { readonly kind: 'create-table' }>;

/** The two names of a table. */
export interface TableNames {
  readonly from: string;
  readonly to: string;
}

/** Whether two neighbours are one table with another name. */
export function isMoved(
  pair: readonly [Change | undefined, Change | undefined],
): pair is readonly [DroppedTable, CreatedTable] {
  const [former, next] = pair;
  return former?.kind === 'drop-table' && next?.kind === 'create-table';
}

/** The changes with both of each such table first, as neighbours. */
export function withMoved(changes: readonly Change[], names: readonly TableNames[]): readonly Change[] {
  const moved = names.flatMap(({ from, to }): readonly Change[] => {
    const pair = [
      changes.find(({ kind, table }) => kind === 'drop-table' && table === from),
      changes.find(({ kind, table }) => kind === 'create-table' && table === to),
    ] as const;
    return isMoved(pair) ? pair : [];
  });
  return [...moved, ...changes.filter((change) => !moved.includes(change))];
}
