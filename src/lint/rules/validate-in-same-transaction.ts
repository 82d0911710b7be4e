import { actionRule, BOTH } from '../rule.js';
import { NEXT_REVISION, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** VALIDATE under the lock that adding the constraint has taken. */
export const validateInSameTransaction = actionRule({
  id: 'validate-in-same-transaction',
  directions: BOTH,
  on: ['validate-constraint'],
  check: ({ table, name }, { earlier, isNew }) => {
    const added = earlier.some(
      (action) =>
        action.kind === 'add-constraint' && action.table === table && action.constraint.name === name,
    );
    if (!added || isNew(table)) return null;
    return {
      message:
        `One transaction adds and validates ${quotePath(name)}: the lock on ${quotePath(table)} from adding it is held ` +
        'while every row is checked.',
      replacement: script(
        NEXT_REVISION,
        `ALTER TABLE ${quotePath(table)} VALIDATE CONSTRAINT ${quotePath(name)}`,
      ),
    };
  },
});
