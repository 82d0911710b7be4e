import { changeTable } from '../replay/change.js';
import { withoutConstraint } from '../replay/constraints.js';
import { tableIn, type KnownSchema } from '../replay/known-schema.js';
import { isProvenNotNull } from '../replay/parts.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import { notNullSteps, script } from '../advice/replacements.js';
import { quotePath } from '../../sql/quote.js';

/** SET NOT NULL that has to look at every row, since no validated check proves it. */
export const setNotNullUnproven = actionRule({
  id: 'set-not-null-unproven',
  directions: BOTH,
  on: ['set-not-null'],
  check: ({ table, column }, context) => {
    if (context.isNew(table) || isProvenNotNull(known(context, table), { table, column })) return null;
    return {
      message:
        `SET NOT NULL checks every row of ${quotePath(table)} for NULL in ${quotePath(column)} and blocks reads ` +
        'and writes of the table.',
      replacement: script(...notNullSteps(table, column)),
    };
  },
});

/** PostgreSQL drops constraints before it does anything else in one ALTER TABLE, and validates them last. */
function known({ beforeStatement, statement }: ActionContext, table: string): KnownSchema {
  if (!tableIn(beforeStatement, table)) return beforeStatement;
  const dropped = statement.facts.actions.flatMap((action) =>
    action.kind === 'drop-constraint' && action.table === table ? [action.name] : [],
  );
  return changeTable(beforeStatement, table, (before) => dropped.reduce(withoutConstraint, before));
}
