import { withException } from '../advice/replacements.js';
import { actionRule, UP } from '../rule.js';
import { quotePaths } from '../../sql/quote.js';

/** TRUNCATE of tables that it names. */
export const truncateTable = actionRule({
  id: 'truncate-table',
  directions: UP,
  on: ['truncate'],
  check: ({ tables, cascade, text }, { isNew }) => {
    const full = tables.filter((table) => !isNew(table));
    if (cascade || full.length === 0) return null;
    return {
      message:
        `TRUNCATE deletes every row of ${quotePaths(full)} at once, and blocks reads and writes of it. The way down ` +
        'cannot bring the rows back.',
      replacement: withException('truncate-table', 'its rows are not needed since <release>', text),
    };
  },
});
