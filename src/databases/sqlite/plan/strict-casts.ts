/** Blobs in STRICT tables: SQLite stores no other value in a column of blobs there, and no blob in another column. */

import type { Change } from '../../../schema/change.js';
import type { SchemaModel, TableModel } from '../../../schema/model.js';
import { isStrict } from '../../../schema/strict-tables.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import type { ConversionNeeded } from '../../planning.js';

/** The types of a column on both sides. */
interface Types {
  readonly from: string;
  readonly to: string;
}

/** A text and its bytes convert into each other without a loss. https://www.sqlite.org/lang_expr.html#castexpr */
export function castInStrict(
  { options }: TableModel,
  value: string,
  { from, to }: Types,
): string | undefined {
  const [before, after] = [from.toLowerCase(), to.toLowerCase()];
  const isExact = [before, after].sort().join() === 'blob,text';
  return isExact && isStrict(options) ? `CAST(${value} AS ${after})` : undefined;
}

/** Changes of types in STRICT tables that need an expression, in both directions. */
export function strictConversions(
  { tables }: SchemaModel,
  changes: readonly Change[],
): readonly ConversionNeeded[] {
  const strict = new Set(tables.filter(({ options }) => isStrict(options)).map(({ name }) => name));
  return changes.flatMap((change) => {
    if (change.kind !== 'alter-column' || !change.aspects.includes('type') || !strict.has(change.table))
      return [];
    const { table, object: column, live, desired } = change;
    return [
      ...needed({ table, column, direction: 'up' }, { from: live.type, to: desired.type }),
      ...needed({ table, column, direction: 'down' }, { from: desired.type, to: live.type }),
    ];
  });
}

function needed(
  place: Pick<ConversionNeeded, 'table' | 'column' | 'direction'>,
  { from, to }: Types,
): readonly ConversionNeeded[] {
  const types = [from, to].map((type) => type.toLowerCase());
  const fits = !types.includes('blob') || types.includes('text') || types[1] === 'any' || from === to;
  if (fits) return [];
  const problem = `type ${from} becomes ${to}, and a STRICT table of SQLite converts no such value`;
  return [{ ...place, problem, expressions: [`CAST(${quoteIdentifier(place.column)} AS ${to})`] }];
}
