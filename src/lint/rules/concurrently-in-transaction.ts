import { actionRule, BOTH } from '../rule.js';
import type { ActionOf } from '../sql/action.js';

/** A statement that PostgreSQL refuses inside a transaction. */
export const concurrentlyInTransaction = actionRule({
  id: 'concurrently-in-transaction',
  directions: BOTH,
  on: ['create-index', 'drop-index', 'outside-only', 'block'],
  check: (action, { statement }) => {
    const what = statement.transactional ? refused(action) : null;
    if (what === null) return null;
    return {
      message: `${what} cannot run inside a transaction, and this revision is one: it would always fail.`,
      replacement:
        'override readonly transaction = false; // in a revision of its own, with this as the only PostgreSQL statement',
    };
  },
});

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
