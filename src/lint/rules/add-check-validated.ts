import { actionRule, BOTH } from '../rule.js';
import { notValidThenValidate } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A check that looks at every row while the table is locked against reading and writing. */
export const addCheckValidated = actionRule({
  id: 'add-check-validated',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { isNew }) => {
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const check = written.find(
      ({ kind, validated }) => (kind === 'check' || kind === 'not-null') && validated,
    );
    if (!check || isNew(action.table)) return null;
    return {
      message:
        `Adding the constraint ${quotePath(check.name)} checks every row of ${quotePath(action.table)} and ` +
        'blocks reads and writes of the table.',
      replacement: notValidThenValidate(action.table, check),
    };
  },
});
