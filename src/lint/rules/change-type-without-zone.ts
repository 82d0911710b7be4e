import { typeIn } from '../replay/known-schema.js';
import { actionRule, BOTH } from '../rule.js';
import { typeText } from '../sql/type.js';
import { script } from '../advice/replacements.js';
import { mayDependOnZone, readsSessionZone, sessionZone } from '../sql/time-zones.js';
import { quotePath } from '../../sql/quote.js';

/** A conversion whose result depends on the time zone of the session that happens to run it. */
export const changeTypeWithoutZone = actionRule({
  id: 'change-type-without-zone',
  directions: BOTH,
  on: ['change-type'],
  check: ({ table, column, type, using }, { before, earlier, isNew }) => {
    const former = typeIn(before, { table, column });
    if (sessionZone(earlier) !== null || isNew(table)) return null;
    const typeOf = (name: string) => typeIn(before, { table, column: name });
    const isOpen =
      using.kind === 'none' ? mayDependOnZone(former, type) : readsSessionZone(using.zone, typeOf);
    if (!isOpen) return null;
    const alter = `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} TYPE ${typeText(type)}`;
    return {
      message:
        `Changing ${quotePath(column)} of ${quotePath(table)} ${former === null ? '' : `from ${typeText(former)} `}to ` +
        `${typeText(type)} converts its values in the time zone of the session that runs the revision: a session with ` +
        'another time zone produces other values.',
      replacement: script(
        '-- the time zone in which the values were written; with UTC, no row is rewritten',
        `SET LOCAL timezone = 'UTC'`,
        using.kind === 'computed' ? '-- then the statement, unchanged' : alter,
      ),
    };
  },
});
