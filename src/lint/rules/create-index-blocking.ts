import { withoutLeadingComments } from '../../migrator/sql-text.js';
import { actionRule, BOTH } from '../rule.js';
import { oneLine } from '../sql/clause.js';
import { quote } from '../sql/names.js';
import { ALONE, script } from './replacements.js';

/** An index that is built while nobody can write to the table. */
export const createIndexBlocking = actionRule({
  id: 'create-index-blocking',
  directions: BOTH,
  on: ['create-index'],
  check: ({ table, name, concurrently }, { statement, isNew }) => {
    if (concurrently || isNew(table)) return null;
    return {
      message: `Building the index ${quote(name)} lets nobody write to ${quote(table)} until it is done.`,
      replacement: script(ALONE, concurrentForm(statement.sql)),
    };
  },
});

function concurrentForm(sql: string): string {
  return oneLine(withoutLeadingComments(sql)).replace(
    /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?/i,
    (_all, unique: string | undefined) => `CREATE ${unique ?? ''}INDEX CONCURRENTLY IF NOT EXISTS `,
  );
}
