import { actionRule, BOTH } from '../rule.js';
import { quoteAll } from '../sql/names.js';

/** TRUNCATE that empties tables which nobody has named. */
export const truncateCascade = actionRule({
  id: 'truncate-cascade',
  directions: BOTH,
  on: ['truncate'],
  check: ({ tables, cascade }) => {
    if (!cascade) return null;
    return {
      message:
        `TRUNCATE ... CASCADE empties ${quoteAll(tables)} and every table whose foreign keys lead there, directly or not; ` +
        'none of those is named here.',
      replacement: `TRUNCATE ${quoteAll(tables)}, <each table that is to be emptied as well>;`,
    };
  },
});
