/** Finds indexes, and constraints with an index, that would have one name in one schema. */

import type { Change } from './change.js';
import type { SchemaModel, TableModel } from './model.js';
import { show } from './show.js';

/** Two objects with the same name; each of them in words. */
interface Namesakes {
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

interface Named {
  readonly name: string;
  readonly table: string;
  readonly words: string;
}

/**
 * The first two indexes of a schema with the same name of which a change would create one; undefined for none.
 *
 * @param withKeys whether the index of a key, or of an exclusion constraint, has its name
 */
export function namesakesIn(
  { tables }: SchemaModel,
  changes: readonly Change[],
  withKeys: boolean,
): Namesakes | undefined {
  const all = tables.flatMap((table) => namedIn(table, withKeys));
  for (const [index, second] of all.entries()) {
    const first = all.slice(0, index).find((one) => placeOf(one) === placeOf(second));
    if (first && changes.some((change) => [first, second].some((one) => isMadeBy(one, change))))
      return { name: second.name, first: first.words, second: second.words };
  }
  return undefined;
}

/** A database makes one key of those that repeat each other. */
function namedIn(table: TableModel, withKeys: boolean): readonly Named[] {
  const { primaryKey, uniques, exclusions, indexes } = table;
  const keys = [primaryKey ?? [], uniques].flat().flatMap((key) => namedOf(table, key));
  const once = [...new Map(keys.map((key) => [`${key.name}\0${key.words}`, key])).values()];
  const constraints = [...once, ...exclusions.flatMap((one) => namedOf(table, one))];
  return [...indexes.flatMap((index) => namedOf(table, index)), ...(withKeys ? constraints : [])];
}

function namedOf({ name: table }: TableModel, part: { readonly name: string | null }): readonly Named[] {
  return part.name === null ? [] : [{ name: part.name, table, words: `${table} with ${show(part)}` }];
}

/** An index is in the schema of its table. */
function placeOf({ table, name }: Named): string {
  return `${table.slice(0, table.indexOf('.') + 1)}${name}`;
}

function isMadeBy({ table, name }: Named, change: Change): boolean {
  if (change.kind === 'create-table') return change.table === table;
  return 'desired' in change && change.table === table && change.object === name;
}
