import { actionRule, BOTH } from '../rule.js';
import { isPartitioned } from '../replay/parts.js';
import { indexNameOf, partedIndex } from '../advice/parted-index.js';
import { leavesRowsAlone } from '../advice/parted.js';
import { ALONE, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** An index whose build blocks writes to the table. */
export const createIndexBlocking = actionRule({
  id: 'create-index-blocking',
  directions: BOTH,
  on: ['create-index'],
  check: (action, { before, isNew }) => {
    const { table, name: written, concurrently } = action;
    if (concurrently || isNew(table) || leavesRowsAlone(before, action)) return null;
    const name = indexNameOf(action);
    return {
      message: `Building the index ${quotePath(name)} blocks writes to ${quotePath(table)} until it is done.`,
      replacement: isPartitioned(before, table)
        ? partedIndex({ schema: before, table, name }, action.text)
        : script(ALONE, concurrentForm(action.text, name === written ? '' : `${quotePath(name)} `)),
    };
  },
});

/** IF NOT EXISTS requires a name. */
function concurrentForm(sql: string, missingName: string): string {
  return sql.replace(
    /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?/i,
    (_all, unique: string | undefined) =>
      `CREATE ${unique ?? ''}INDEX CONCURRENTLY IF NOT EXISTS ${missingName}`,
  );
}
