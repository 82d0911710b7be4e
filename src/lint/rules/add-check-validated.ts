import { domainWork } from '../advice/domain.js';
import { isProvenNotNull } from '../replay/parts.js';
import { actionRule, BOTH, type ActionContext, type Report } from '../rule.js';
import type { ActionOf, ConstraintFact } from '../sql/action.js';
import { notValidThenValidate } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** A check that looks at every row while the table is locked against reading and writing. */
export const addCheckValidated = actionRule({
  id: 'add-check-validated',
  directions: BOTH,
  on: ['add-constraint', 'add-column', 'alter-domain'],
  check: (action, context) => {
    if (action.kind === 'alter-domain') return domainReport(action, context);
    const { before, isNew } = context;
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const isProven = ({ kind, columns: [column = ''] }: ConstraintFact) =>
      kind === 'not-null' && isProvenNotNull(before, { table: action.table, column });
    const check = written.find(
      (one) => (one.kind === 'check' || one.kind === 'not-null') && one.validated && !isProven(one),
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

function domainReport(
  { name, constraint, work }: ActionOf<'alter-domain'>,
  context: ActionContext,
): Report | null {
  const which = constraint === null ? 'A check' : `The check ${quotePath(constraint)}`;
  return work === 'check' ? domainWork(name, `${which} of the domain ${quotePath(name)}`, context) : null;
}
