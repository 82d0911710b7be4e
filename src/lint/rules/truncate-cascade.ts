import type { Catalog } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import { quotePaths } from '../../sql/quote.js';

/** TRUNCATE that empties tables which nobody has named. */
export const truncateCascade = actionRule({
  id: 'truncate-cascade',
  directions: BOTH,
  on: ['truncate'],
  check: ({ tables, cascade }, { before }) => {
    if (!cascade) return null;
    return {
      message:
        `TRUNCATE ... CASCADE empties ${quotePaths(tables)} and every table whose foreign keys lead there, directly or not; ` +
        'none of those is named here.',
      replacement: `TRUNCATE ${quotePaths(withReferring(before, tables))};`,
    };
  },
});

/** With all whose foreign keys lead there, as far as the revisions tell; PostgreSQL names any other. */
function withReferring({ tables: known }: Catalog, named: readonly string[]): readonly string[] {
  const all = [...named];
  for (const target of all)
    for (const [table, { constraints }] of known) {
      const refers = [...constraints.values()].some(({ references }) => references === target);
      if (refers && !all.includes(table)) all.push(table);
    }
  return all;
}
