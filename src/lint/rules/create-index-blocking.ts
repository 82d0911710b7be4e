import { withoutLeadingComments } from '../../migrator/sql-text.js';
import { actionRule, BOTH } from '../rule.js';
import { oneLine } from '../sql/clause.js';
import { quote, unqualified } from '../sql/names.js';
import { ALONE, script } from './replacements.js';

/** An index that is built while nobody can write to the table. */
export const createIndexBlocking = actionRule({
  id: 'create-index-blocking',
  directions: BOTH,
  on: ['create-index'],
  check: ({ table, name: written, concurrently, columns }, { statement, isNew }) => {
    if (concurrently || isNew(table)) return null;
    const isNamed = unqualified(written) !== '';
    const name = isNamed ? written : ['ix', unqualified(table), ...columns].join('_');
    return {
      message: `Building the index ${quote(name)} lets nobody write to ${quote(table)} until it is done.`,
      replacement: script(ALONE, concurrentForm(statement.sql, isNamed ? '' : `${quote(name)} `)),
    };
  },
});

/** IF NOT EXISTS wants a name. */
function concurrentForm(sql: string, missingName: string): string {
  return oneLine(withoutLeadingComments(sql)).replace(
    /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?/i,
    (_all, unique: string | undefined) =>
      `CREATE ${unique ?? ''}INDEX CONCURRENTLY IF NOT EXISTS ${missingName}`,
  );
}
