/** Enumerated types that lose values, or get some, under their names after the renames. */

import { elementType } from '../../../schema/element-type.js';
import type { Change } from '../../../schema/change.js';
import type { PlanReading } from '../../planning.js';
import { recreatesEnum } from './enum-ways.js';

/** The columns of these types: in phases second ones take their place. */
export function columnsOfLost(reading: Given): readonly Place[] {
  return columnsOf(reading, recreatesEnum);
}

/** The columns of all enumerated types whose values change. */
export function columnsOfChanged(reading: Given): readonly Place[] {
  return columnsOf(reading, ({ kind }) => kind === 'alter-enum');
}

type Given = Pick<PlanReading, 'changes' | 'from'> & Partial<Pick<PlanReading, 'renames'>>;
type Place = Pick<Change, 'table' | 'object'>;

function columnsOf(
  { changes, renames = [], from }: Given,
  isOf: (change: Change) => boolean,
): readonly Place[] {
  const types = changes.filter(isOf).map(({ object }) => object);
  const isRenamed = (table: string, column: string) =>
    renames.some((one) => one.kind === 'value' && one.table === table && one.column === column);
  const all = from.tables.flatMap(({ name, columns }) =>
    columns.map((column) => ({ table: name, object: column.name, type: column.type })),
  );
  const renamed = all.filter(({ table, object }) => isRenamed(table, object)).map(({ type }) => type);
  const found = new Set([...types.map((name) => `enum ${name}`), ...renamed.map(elementType)]);
  return all.filter(({ type }) => found.has(elementType(type)));
}
