/** The trigger that gives the second column of a moved one its value. */

import { quoteIdentifier } from '../../../../../sql/quote.js';
import { triggerName, type RowTrigger } from '../trigger.js';
import { formerValue } from './former-value.js';
import type { MovedColumn } from './moved.js';
import { secondText } from './moved-values.js';
import { secondName, type Second } from './second-names.js';

/** One for all moved columns of a table. It follows the column that both releases use, and never the other way. */
export function secondTrigger(table: string, moved: readonly MovedColumn[], which: Second): RowTrigger {
  const own = moved.filter((one) => one.table === table);
  return {
    table,
    name: triggerName(table, ...own.map(({ live }) => live.name), 'type'),
    lines: [...own.flatMap((one) => linesOf(one, which)), 'RETURN NEW;'],
  };
}

/** A value that the second column cannot hold is NULL there: what it is for finds such a row, and no write fails. */
function linesOf(one: MovedColumn, which: Second): readonly string[] {
  const { live, types, values } = one;
  const column = `NEW.${quoteIdentifier(live.name)}`;
  const second = `NEW.${quoteIdentifier(secondName(live.name, which))}`;
  // No type is named: the swap gives both other names.
  if (values) return [`${second} := ${secondText(live, { values, which, column })};`];
  if (which === 'old') return [`${second} := ${formerValue(live, column)};`];
  if (types.isEvery) return [`${second} := ${column};`];
  return [`BEGIN ${second} := ${column};`, `EXCEPTION WHEN data_exception THEN ${second} := NULL; END;`];
}
