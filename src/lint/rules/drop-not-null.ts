import { actionRule, UP, type ActionContext } from '../rule.js';
import { withException } from '../advice/replacements.js';
import { requiredBy } from '../replay/constraints.js';
import { knownTable } from '../replay/known-schema.js';
import type { ActionOf } from '../sql/action.js';
import { quotePath } from '../../sql/quote.js';

/** Nulls where running code expects none. */
export const dropNotNull = actionRule({
  id: 'drop-not-null',
  directions: UP,
  on: ['drop-not-null', 'drop-constraint'],
  check: (action, context) => {
    const { table } = action;
    const column = action.kind === 'drop-not-null' ? action.column : requiredColumn(action, context);
    if (column === undefined || context.isNew(table)) return null;
    return {
      message:
        `Once ${quotePath(column)} of ${quotePath(table)} may be null, running code reads nulls that it does not ` +
        'expect, and the way down fails if a row has one.',
      replacement: withException(
        'drop-not-null',
        'all running code has been able to read a null since <release>',
        action.kind === 'drop-not-null'
          ? `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} DROP NOT NULL`
          : `ALTER TABLE ${quotePath(table)} DROP CONSTRAINT ${quotePath(action.name)}`,
      ),
    };
  },
});

/** The column of which the constraint is NOT NULL; PostgreSQL 18 has a constraint for each, with a name. */
function requiredColumn(
  { table: name, name: constraint }: ActionOf<'drop-constraint'>,
  { before }: ActionContext,
): string | undefined {
  const known = knownTable(before, name);
  return known?.note.unplaced.get(constraint)?.column ?? (known && requiredBy(known.table, constraint));
}
