/** Which tables of a change have two names until contract. */

import type { PlanReading } from '../../../planning.js';
import type { TableAlias } from './alias.js';
import type { ColumnRename } from './bridge.js';

/** Each renamed table, with its renamed columns. */
export function aliasesOf({ renames }: PlanReading): readonly TableAlias[] {
  return renames.flatMap((rename) => {
    if (rename.kind !== 'table') return [];
    const columns = renames.filter(
      (one): one is ColumnRename => one.kind === 'column' && one.table === rename.to,
    );
    return [{ rename, head: rename.from, columns }];
  });
}
