import type { KnownSchema } from '../replay/known-schema.js';
import { isPartitioned } from '../replay/parts.js';
import type { Action } from '../sql/action.js';
import { schemaOf, unqualified } from '../../databases/postgres/parse/names.js';
import { moveTable } from './replacements.js';
import { quotePath } from '../../sql/quote.js';

/**
 * The statement that takes an action back; undefined where more than the action has to be known.
 *
 * @param schema as it is after the action: PostgreSQL drops no index of a partitioned table concurrently
 */
export function inverseOf(action: Action, schema: KnownSchema): string | undefined {
  if (!('table' in action) || action.table === null) return inverseOfOther(action);
  const alter = `ALTER TABLE ${quotePath(action.table)}`;
  switch (action.kind) {
    case 'create-table':
      return `DROP TABLE ${quotePath(action.table)}`;
    case 'rename-table':
      return moveTable(action.to, action.table);
    case 'add-column':
      return `${alter} DROP COLUMN ${quotePath(action.column.name)}`;
    case 'rename-column':
      return `${alter} RENAME COLUMN ${quotePath(action.to)} TO ${quotePath(action.column)}`;
    case 'set-not-null':
      return `${alter} ALTER COLUMN ${quotePath(action.column)} DROP NOT NULL`;
    case 'add-constraint':
      return `${alter} DROP CONSTRAINT ${quotePath(action.constraint.name)}`;
    case 'rename-constraint':
      return `${alter} RENAME CONSTRAINT ${quotePath(action.to)} TO ${quotePath(action.name)}`;
    case 'create-index':
      return `DROP INDEX ${action.concurrently && !isPartitioned(schema, action.table) ? 'CONCURRENTLY IF EXISTS ' : ''}${quotePath(schemaOf(action.table) + action.index.name)}`;
    default:
      return undefined;
  }
}

function inverseOfOther(action: Action): string | undefined {
  if (action.kind === 'create-enum') return `DROP TYPE ${quotePath(action.name)}`;
  if (action.kind === 'rename-type')
    return `ALTER TYPE ${quotePath(action.to)} RENAME TO ${quotePath(unqualified(action.name))}`;
  return action.kind === 'rename-index'
    ? `ALTER INDEX ${quotePath(action.to)} RENAME TO ${quotePath(unqualified(action.name))}`
    : undefined;
}
