import type { AlterChange, Change, DropChange } from '../../../schema/change.js';
import { isSameSqliteName } from '../../../sql/identifiers.js';

/** An index that has to be dropped. */
export type IndexDrop = DropChange<'index'> | AlterChange<'index'>;

/**
 * Indexes to drop before anything is created: those without a successor, and those whose name another table, or an
 * index of it, gets. Names of tables and indexes are known in the whole database.
 */
export function droppedFirst(changes: readonly Change[]): readonly IndexDrop[] {
  return changes.filter(
    (change): change is IndexDrop =>
      change.kind === 'drop-index' ||
      (change.kind === 'alter-index' && changes.some((other) => takesName(other, change))),
  );
}

function takesName(other: Change, { table, live }: IndexDrop): boolean {
  if (other.table === table) return false;
  return namesMadeBy(other).some((name) => isSameSqliteName(name, live.name));
}

function namesMadeBy(change: Change): readonly string[] {
  switch (change.kind) {
    case 'create-table':
      return [change.table, ...change.desired.indexes.map(({ name }) => name)];
    case 'add-index':
    case 'alter-index':
      return [change.desired.name];
    default:
      return [];
  }
}
