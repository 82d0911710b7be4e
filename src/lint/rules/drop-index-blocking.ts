import { actionRule, BOTH } from '../rule.js';
import { indexIn } from '../replay/known-schema.js';
import { isPartitioned } from '../replay/parts.js';
import { partedIndexDrop } from '../advice/parted-index.js';
import { ALONE, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** DROP INDEX, which has to wait for every query on the table, and all others wait behind it. */
export const dropIndexBlocking = actionRule({
  id: 'drop-index-blocking',
  directions: BOTH,
  on: ['drop-index'],
  check: ({ name, concurrently }, { before, isNew }) => {
    const table = indexIn(before, name)?.table.name ?? null;
    if (concurrently || isNew(table)) return null;
    const where = table === null ? 'its table' : quotePath(table);
    return {
      message:
        `Dropping the index ${quotePath(name)} waits for every running query on ${where}, and blocks ` +
        'new reads and writes of the table meanwhile.',
      replacement: isPartitioned(before, table)
        ? partedIndexDrop(name)
        : script(ALONE, `DROP INDEX CONCURRENTLY IF EXISTS ${quotePath(name)}`),
    };
  },
});
