import { objectOf } from '../../../schema/change.js';
import type { Parts } from '../../../schema/model.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** A constraint, its table, and the reason for it. */
export interface OfTable<T> {
  readonly table: string;
  readonly model: T;
  readonly reason: string;
}

/** PostgreSQL names every constraint; one that an entity leaves unnamed is named after its content. */
export function nameOf<P extends 'check' | 'foreign-key' | 'unique' | 'primary-key' | 'exclusion'>(
  part: P,
  model: Parts[P],
): string {
  return quoteIdentifier(model.name ?? objectOf(part, model));
}
