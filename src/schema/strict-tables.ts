/** STRICT tables of SQLite, whose columns have one of six types. No entity declares STRICT; its columns may not fit. */

import type { Change } from './change.js';
import type { SchemaModel } from './model.js';

/** https://www.sqlite.org/stricttables.html */
const TYPES = /^(?:int|integer|real|text|blob|any)$/i;

/** The first change that gives a column of a STRICT table a type which such a table refuses; undefined for none. */
export function refusedByStrict(
  { tables }: SchemaModel,
  changes: readonly Change[],
): Extract<Change, { readonly kind: 'add-column' | 'alter-column' }> | undefined {
  const strict = new Set(tables.filter(({ options }) => isStrict(options)).map(({ name }) => name));
  return changes
    .filter((change) => change.kind === 'add-column' || change.kind === 'alter-column')
    .find(({ table, desired }) => strict.has(table) && !TYPES.test(desired.type));
}

/** Whether options of a table contain STRICT. */
export function isStrict(options: string | null): boolean {
  return options?.split(', ').includes('STRICT') ?? false;
}
