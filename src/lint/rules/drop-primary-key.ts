import { knownTable } from '../replay/known-schema.js';
import { actionRule, UP } from '../rule.js';
import type { Action } from '../sql/action.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import { quotePath } from '../../sql/quote.js';

/** A table without a key: duplicates are accepted, replication and foreign keys fail. */
export const dropPrimaryKey = actionRule({
  id: 'drop-primary-key',
  directions: UP,
  on: ['drop-constraint'],
  check: ({ table, name }, { before, later, isNew }) => {
    const known = knownTable(before, table);
    const isUnknown = known?.note.unplaced.get(name)?.column === null;
    const isKey = known?.table.primaryKey?.name === name || (isUnknown && looksLikeKey(table, name));
    if (!isKey || isNew(table) || later.some((action) => takesItsPlace(action, table))) return null;
    return {
      message:
        `Without the primary key ${quotePath(name)}, ${quotePath(table)} accepts duplicate rows, foreign keys cannot refer to ` +
        'its rows, and logical replication rejects their updates and deletes.',
      replacement: null,
    };
  },
});

/** By the names that PostgreSQL and this project give. */
function looksLikeKey(table: string, name: string): boolean {
  return [`${unqualified(table)}_pkey`, `pk_${unqualified(table)}`].includes(name);
}

function takesItsPlace(action: Action, table: string): boolean {
  return (
    action.kind === 'add-constraint' && action.table === table && action.constraint.kind === 'primary-key'
  );
}
