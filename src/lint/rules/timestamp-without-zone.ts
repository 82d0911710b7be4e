import { actionRule, UP } from '../rule.js';
import { typeText } from '../sql/type.js';
import { typedColumns, TYPING } from '../sql/new-columns.js';
import { inEntity } from '../advice/entity.js';
import { quotePath } from '../../sql/quote.js';

/** A timestamp whose time zone is unknown. */
export const timestampWithoutZone = actionRule({
  id: 'timestamp-without-zone',
  directions: UP,
  on: TYPING,
  check: (action) => {
    const column = typedColumns(action).find(({ type }) => type.name === 'timestamp');
    if (!column) return null;
    return {
      message:
        `${quotePath(column.name)} of ${quotePath(action.table)} is a timestamp without time zone: sessions with different ` +
        'time zones store the same instant as different values, and one hour a year is ambiguous. ' +
        inEntity(`type: 'timestamptz'`),
      replacement: `${quotePath(column.name)} ${typeText({ ...column.type, name: 'timestamptz' })}`,
    };
  },
});
