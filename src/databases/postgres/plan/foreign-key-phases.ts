import type { ForeignKeyModel } from '../../../schema/model.js';
import type { Phase } from '../../phases.js';
import type { PostgresContext } from './context.js';

/** Behind the backfill of its columns, whose batches would wait for rows of the parent that other sessions lock. */
export function foreignKeyPhases(
  context: PostgresContext,
  table: string,
  model: ForeignKeyModel,
): readonly [adding: Phase, validating: Phase] {
  if (!context.isKeyUnchanged(model)) return ['refer', 'confirm'];
  const isFilled = model.columns.some((column) => isFilledInBatches(context, table, column));
  return [isFilled ? 'constrain' : 'main', 'validate'];
}

/** Whether existing rows get values in this column, on the way up or down. */
function isFilledInBatches(
  { confirmed, isVolatile, from, to }: PostgresContext,
  table: string,
  name: string,
): boolean {
  if (confirmed.backfills.has(`${table}.${name}`)) return true;
  const [before, after] = [from, to].map(({ tables }) =>
    tables.find((one) => one.name === table)?.columns.find((column) => column.name === name),
  );
  const added = before && after ? undefined : (before ?? after);
  return added?.default != null && isVolatile(added.default.sql);
}
