import { quotePath } from '../../sql/quote.js';
import { indexIn, type KnownSchema } from '../replay/known-schema.js';
import { isPartitioned } from '../replay/parts.js';
import { actionRule, BOTH, type Report } from '../rule.js';
import type { Action, ActionOf } from '../sql/action.js';
import { indexNameOf, partedIndex, partedIndexDrop } from '../advice/parted-index.js';

/** A statement that PostgreSQL refuses inside a transaction. */
export const concurrentlyInTransaction = actionRule({
  id: 'concurrently-in-transaction',
  directions: BOTH,
  on: ['create-index', 'drop-index', 'outside-only', 'block'],
  check: (action, { statement, before }) => {
    const parted = partedReport(action, before);
    if (parted) return parted;
    const what = statement.transactional ? refused(action) : null;
    if (what === null) return null;
    return {
      message: `${what} cannot run inside a transaction, and this revision runs in one, so it always fails.`,
      replacement:
        'override readonly transaction = false; // in a revision of its own, with this as the only PostgreSQL statement',
    };
  },
});

/** On a partitioned table it always fails, in a transaction or not. */
function partedReport(action: Action, schema: KnownSchema): Report | null {
  if ((action.kind !== 'create-index' && action.kind !== 'drop-index') || !action.concurrently) return null;
  const isCreated = action.kind === 'create-index';
  const table = isCreated ? action.table : (indexIn(schema, action.name)?.table.name ?? null);
  if (table === null || !isPartitioned(schema, table)) return null;
  return {
    message: `PostgreSQL cannot ${isCreated ? 'create' : 'drop'} an index of a partitioned table concurrently. ${quotePath(table)} is partitioned, so the statement always fails.`,
    replacement: isCreated
      ? partedIndex({ schema, table, name: indexNameOf(action) }, action.text)
      : partedIndexDrop(action.name),
  };
}

function refused(action: ActionOf<'create-index' | 'drop-index' | 'outside-only' | 'block'>): string | null {
  switch (action.kind) {
    case 'create-index':
      return action.concurrently ? 'CREATE INDEX CONCURRENTLY' : null;
    case 'drop-index':
      return action.concurrently ? 'DROP INDEX CONCURRENTLY' : null;
    case 'outside-only':
      return action.what;
    case 'block':
      return action.ends === null ? null : `A DO block with ${action.ends} in it`;
  }
}
