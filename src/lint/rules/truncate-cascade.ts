import type { KnownSchema } from '../replay/known-schema.js';
import { actionRule, BOTH } from '../rule.js';
import { quotePaths } from '../../sql/quote.js';

/** TRUNCATE that empties tables which the statement does not name. */
export const truncateCascade = actionRule({
  id: 'truncate-cascade',
  directions: BOTH,
  on: ['truncate'],
  check: ({ tables, cascade }, { before }) => {
    if (!cascade) return null;
    return {
      message:
        `TRUNCATE ... CASCADE empties ${quotePaths(tables)} and every table whose foreign keys refer to it, directly or not; ` +
        'the statement does not name those tables.',
      replacement: `TRUNCATE ${quotePaths(withReferring(before, tables))};`,
    };
  },
});

/** With all whose foreign keys lead there, as far as the revisions show; PostgreSQL names any other. */
function withReferring({ model }: KnownSchema, named: readonly string[]): readonly string[] {
  const all = [...named];
  for (const target of all)
    for (const { name, foreignKeys } of model.tables)
      if (foreignKeys.some(({ table }) => table === target) && !all.includes(name)) all.push(name);
  return all;
}
