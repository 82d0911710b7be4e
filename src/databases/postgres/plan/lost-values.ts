/** Enumerated types that lose values, under their names after the renames. */

import { elementType } from '../../../schema/element-type.js';
import type { Change } from '../../../schema/change.js';
import type { PlanReading } from '../../planning.js';
import { recreatesEnum } from './enum-ways.js';

/** The columns of these types: in phases second ones take their place. */
export function columnsOfLost({
  changes,
  renames = [],
  from,
}: Pick<PlanReading, 'changes' | 'from'> & Partial<Pick<PlanReading, 'renames'>>): readonly Pick<
  Change,
  'table' | 'object'
>[] {
  const lost = changes.filter(recreatesEnum).map(({ object }) => object);
  const isRenamed = (table: string, column: string) =>
    renames.some((one) => one.kind === 'value' && one.table === table && one.column === column);
  const all = from.tables.flatMap(({ name, columns }) =>
    columns.map((column) => ({ table: name, object: column.name, type: column.type })),
  );
  const types = all.filter(({ table, object }) => isRenamed(table, object)).map(({ type }) => type);
  const found = new Set([...lost.map((name) => `enum ${name}`), ...types.map(elementType)]);
  return all.filter(({ type }) => found.has(elementType(type)));
}
