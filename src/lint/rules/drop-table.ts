import { actionRule, UP } from '../rule.js';
import { withException } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** The rows of a table are lost, and code that is running reads it. */
export const dropTable = actionRule({
  id: 'drop-table',
  directions: UP,
  on: ['drop-table'],
  check: ({ table, cascade = false }, { newTables }) => {
    if (newTables.has(table)) return null;
    return {
      message: `Dropping ${quotePath(table)} deletes its rows and makes running code that uses the table fail.`,
      replacement: withException(
        'drop-table',
        'no running code names it since <release>, and its rows are not needed',
        `DROP TABLE ${quotePath(table)}${cascade ? ' CASCADE' : ''}`,
      ),
    };
  },
});
