import { withoutLeadingComments } from '../../sql/text.js';
import { actionRule, BOTH } from '../rule.js';
import { oneLine } from '../sql/clause.js';
import { unqualified } from '../sql/names.js';
import { ALONE, script } from './replacements.js';
import { quotePath } from '../../sql/quote.js';

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
      message: `Building the index ${quotePath(name)} lets nobody write to ${quotePath(table)} until it is done.`,
      replacement: script(ALONE, concurrentForm(statement.sql, isNamed ? '' : `${quotePath(name)} `)),
    };
  },
});

/** IF NOT EXISTS wants a name. */
function concurrentForm(sql: string, missingName: string): string {
  return oneLine(withoutLeadingComments(sql, 'postgres')).replace(
    /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?/i,
    (_all, unique: string | undefined) =>
      `CREATE ${unique ?? ''}INDEX CONCURRENTLY IF NOT EXISTS ${missingName}`,
  );
}
