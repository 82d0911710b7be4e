import type { ColumnModel } from '../../../schema/model.js';
import { costOfTypeChange, dependsOnZone, type TypeChangeCost } from '../../../sql/postgres-type-change.js';
import { parsePostgresType } from '../../../sql/postgres-types.js';

/** A column on both sides of a change of its type or its collation. */
interface RetypedColumn {
  readonly from: ColumnModel;
  readonly to: ColumnModel;
}

/**
 * What the change costs PostgreSQL, without USING.
 *
 * @param zone the time zone of the session; undefined where it is not known
 */
export function costOfRetyping({ from, to }: RetypedColumn, zone: string | undefined): TypeChangeCost {
  const recollated = from.collation !== to.collation;
  return costOfTypeChange(parsePostgresType(from.type), parsePostgresType(to.type), { zone, recollated });
}

/** Whether values depend on the time zone of the session. */
export function readsZone(from: string, to: string): boolean {
  return dependsOnZone(parsePostgresType(from), parsePostgresType(to));
}
