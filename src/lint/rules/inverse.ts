import type { Action } from '../sql/action.js';
import { quote, unqualified } from '../sql/names.js';
import { moveTable } from './rename-table.js';

/** The statement that takes an action back; undefined where more than the action has to be known. */
export function inverseOf(action: Action): string | undefined {
  if (!('table' in action) || action.table === null) return inverseOfOther(action);
  const alter = `ALTER TABLE ${quote(action.table)}`;
  switch (action.kind) {
    case 'create-table':
      return `DROP TABLE ${quote(action.table)}`;
    case 'rename-table':
      return moveTable(action.to, action.table);
    case 'add-column':
      return `${alter} DROP COLUMN ${quote(action.column.name)}`;
    case 'rename-column':
      return `${alter} RENAME COLUMN ${quote(action.to)} TO ${quote(action.column)}`;
    case 'set-not-null':
      return `${alter} ALTER COLUMN ${quote(action.column)} DROP NOT NULL`;
    case 'add-constraint':
      return `${alter} DROP CONSTRAINT ${quote(action.constraint.name)}`;
    case 'rename-constraint':
      return `${alter} RENAME CONSTRAINT ${quote(action.to)} TO ${quote(action.name)}`;
    case 'create-index':
      return `DROP INDEX ${action.concurrently ? 'CONCURRENTLY IF EXISTS ' : ''}${quote(action.name)}`;
    default:
      return undefined;
  }
}

function inverseOfOther(action: Action): string | undefined {
  if (action.kind === 'create-enum') return `DROP TYPE ${quote(action.name)}`;
  if (action.kind === 'rename-type')
    return `ALTER TYPE ${quote(action.to)} RENAME TO ${quote(unqualified(action.name))}`;
  return action.kind === 'rename-index'
    ? `ALTER INDEX ${quote(action.to)} RENAME TO ${quote(unqualified(action.name))}`
    : undefined;
}
