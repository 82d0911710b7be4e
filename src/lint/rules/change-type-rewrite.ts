import { columnIn } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import type { ActionOf, TypeFact } from '../sql/action.js';
import { typeText } from '../sql/column.js';
import { quote } from '../sql/names.js';
import { sessionZone } from './time-zones.js';
import { keepsInstants, keepsValues } from './type-changes.js';
import { NEXT_REVISION, script } from './replacements.js';

/** Another type for which every row is written anew, or at least looked at. */
export const changeTypeRewrite = actionRule({
  id: 'change-type-rewrite',
  directions: BOTH,
  on: ['change-type'],
  check: (action, { before, earlier, isNew }) => {
    const { table, column, type, using } = action;
    const former = columnIn(before, table, column)?.type ?? null;
    const isKept =
      former !== null &&
      ((using.kind !== 'computed' && keepsValues(former, type)) ||
        (using.kind === 'none' && keepsInstants(former, type, sessionZone(earlier))));
    if (isKept || isNew(table)) return null;
    return {
      message:
        `Changing ${quote(column)} of ${quote(table)} ${former === null ? '' : `from ${typeText(former)} `}to ` +
        `${typeText(type)} writes every row anew, and every index over the column, while nobody can read or write the ` +
        `table${former === null ? '; the type that it has is not in the revisions, so the worst is assumed' : ''}.`,
      replacement: replacement(action, type),
    };
  },
});

function replacement({ table, column }: ActionOf<'change-type'>, type: TypeFact): string {
  const [whole, old, fresh] = [quote(table), quote(column), quote(`${column}_new`)];
  return script(
    `ALTER TABLE ${whole} ADD COLUMN ${fresh} ${typeText(type)}`,
    '-- write both columns from now on, by the application or by a trigger',
    NEXT_REVISION,
    `-- UPDATE ${whole} SET ${fresh} = ${old} WHERE ${fresh} IS NULL, in batches (docs/rules/write-without-where.md)`,
    '-- when no code reads the former column any more:',
    `ALTER TABLE ${whole} DROP COLUMN ${old}`,
    `ALTER TABLE ${whole} RENAME COLUMN ${fresh} TO ${old}`,
  );
}
