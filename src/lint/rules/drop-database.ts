import { actionRule, BOTH } from '../rule.js';
import { quotePath } from '../../sql/quote.js';

/** A database, or a schema with all that is in it. */
export const dropDatabase = actionRule({
  id: 'drop-database',
  directions: BOTH,
  on: ['drop-database', 'drop-schema'],
  check: (action) => {
    if (action.kind === 'drop-schema' && !action.cascade) return null;
    const what = action.kind === 'drop-schema' ? 'schema' : 'database';
    return {
      message: `Dropping the ${what} ${quotePath(action.name)} deletes everything in it, including what no revision created.`,
      replacement:
        action.kind === 'drop-schema'
          ? `DROP SCHEMA ${quotePath(action.name)} RESTRICT; -- after its tables, by name`
          : null,
    };
  },
});
