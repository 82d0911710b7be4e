/** A value of the new type as one of the former type, which may not hold it. */

import type { ColumnModel } from '../../../../../schema/model.js';
import { EQ, GE, LE, LT } from '../../../../../sql/postgres-operators.js';
import { INTEGER_LIMITS, parsePostgresType, type PostgresType } from '../../../../../sql/postgres-types.js';

/** An expression that PostgreSQL converts without an error: NULL where the former type cannot hold the value. */
export function formerValue({ type: former }: ColumnModel, value: string): string {
  const type = parsePostgresType(former);
  const range = INTEGER_LIMITS[type.name];
  if (range)
    return `CASE WHEN ${type.array ? areWithin(value, range) : isWithin(value, range)} THEN ${value} END`;
  return type.name === 'numeric' ? `CASE WHEN ${hasRoom(value, type)} THEN ${value} END` : value;
}

type Range = readonly [least: string, greatest: string];

/** Also for a number that is not whole, an infinite one, and one that is none. */
function isWithin(value: string, range: Range): string {
  const [least, greatest] = range.map((limit) => `(${limit})::pg_catalog.float8`);
  const number = `${value}::pg_catalog.float8`;
  return `${number} ${GE} ${least} AND ${number} ${LE} ${greatest}`;
}

/** All elements; some of them may be NULL. */
function areWithin(value: string, [least, greatest]: Range): string {
  return `((${least}) ${LE} ALL (${value}) AND (${greatest}) ${GE} ALL (${value})) IS NOT FALSE`;
}

/** Whether as many digits before the point are enough, once the value is rounded. */
function hasRoom(value: string, { modifiers: [precision = 0, scale = 0] }: PostgresType): string {
  const number = (text: string) => `'${text}'::pg_catalog.numeric`;
  const limit = number(`1e${Number(precision) - Number(scale)}`);
  return `${value} ${EQ} ${number('NaN')} OR pg_catalog.abs(pg_catalog.round(${value}, ${scale})) ${LT} ${limit}`;
}
