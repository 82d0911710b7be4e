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
        `${quotePath(name)} is added and validated in one transaction: the lock on ${quotePath(table)} that adding it takes is held ` +
        'while every row is checked.',
      replacement: script(
        NEXT_REVISION,
        `ALTER TABLE ${quotePath(table)} VALIDATE CONSTRAINT ${quotePath(name)}`,
      ),
    };
  },
});
