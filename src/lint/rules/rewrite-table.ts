import { ALONE, withException } from '../advice/replacements.js';
import { columnIn, tableIn } from '../replay/known-schema.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import type { LintStatement } from '../read-revisions.js';
import type { ActionOf } from '../sql/action.js';
import { quotePath } from '../../sql/quote.js';

/** A statement that writes every row of a table again. */
export const rewriteTable = actionRule({
  id: 'rewrite-table',
  directions: BOTH,
  on: ['rewrite'],
  check: (action, context) => {
    const { table, what } = action;
    if (context.isNew(table) || isUnstored(action, context) || isNewView(action, context)) return null;
    const whole = table === null ? 'each table' : quotePath(table);
    return {
      message: `${what} writes all of ${whole} and its indexes again, and blocks reads and writes of it meanwhile.`,
      replacement: replacement(action, context),
    };
  },
});

/** A virtual column is computed when it is read. */
function isUnstored({ table, column }: ActionOf<'rewrite'>, { before }: ActionContext): boolean {
  return table !== null && column !== null && columnIn(before, table, column)?.storage === 'virtual';
}

function isNewView({ table }: ActionOf<'rewrite'>, { earlier }: ActionContext): boolean {
  return earlier.some((one) => one.kind === 'create-object' && one.name === table);
}

/** Only a materialized view has another way, for which a unique index over all of its rows must be there. */
function replacement(
  { table, what, text }: ActionOf<'rewrite'>,
  { before, statement }: ActionContext,
): string {
  const same = withException('rewrite-table', '<number> rows', text);
  if (what !== 'REFRESH MATERIALIZED VIEW') return isAlone(statement) ? `${ALONE}\n${same}` : same;
  const refresh = `REFRESH MATERIALIZED VIEW CONCURRENTLY ${quotePath(table ?? '')};`;
  const indexes = tableIn(before, table)?.indexes ?? [];
  const isUnique = indexes.some(({ unique, where }) => unique && where === null);
  return isUnique ? refresh : `-- requires a unique index over all rows of the view\n${refresh}`;
}

/** VACUUM, for example, runs outside a transaction only. */
function isAlone({ facts }: LintStatement): boolean {
  return facts.actions.some(({ kind }) => kind === 'outside-only');
}
