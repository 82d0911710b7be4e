/** Sequences from which columns of PostgreSQL take their numbers; their names are among those of tables. */

import { nameOfServer } from '../sql/identifiers.js';
import type { Change } from './change.js';

/** A sequence by its name, with its schema in front where that is not the default one. */
export interface NumberSequence {
  readonly name: string;
  /** `table.column`; null for what no column owns. */
  readonly column: string | null;
}

/** The sequences that the changes create, as the server names them where their names are free. */
export function newSequences(changes: readonly Change[]): readonly NumberSequence[] {
  return changes.flatMap((change) => {
    const { table } = change;
    if (change.kind === 'create-table')
      return change.desired.columns.filter(isNumbered).map(({ name }) => sequenceOf(table, name));
    const isNew =
      change.kind === 'add-column' || (change.kind === 'alter-column' && change.aspects.includes('identity'));
    return isNew && isNumbered(change.desired) ? [sequenceOf(table, change.object)] : [];
  });
}

function isNumbered({ identity }: { readonly identity: string | null }): boolean {
  return identity !== null;
}

function sequenceOf(table: string, column: string): NumberSequence {
  const dot = table.indexOf('.') + 1;
  const name = `${table.slice(0, dot)}${nameOfServer(table.slice(dot), column, '_seq')}`;
  return { name, column: `${table}.${column}` };
}
