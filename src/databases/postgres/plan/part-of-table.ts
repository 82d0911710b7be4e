import { objectOf } from '../../../schema/change.js';
import type { Parts } from '../../../schema/model.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** A constraint, its table, and the reason for it. */
export interface OfTable<T> {
  readonly table: string;
  readonly model: T;
  readonly reason: string;
}

type Constraint = 'check' | 'foreign-key' | 'unique' | 'primary-key' | 'exclusion';

/** PostgreSQL names every constraint; one that an entity leaves unnamed is named after its content. */
export function plainNameOf<P extends Constraint>(part: P, model: Parts[P]): string {
  return model.name ?? objectOf(part, model);
}

/** The same as SQL. */
export function nameOf<P extends Constraint>(part: P, model: Parts[P]): string {
  return quoteIdentifier(plainNameOf(part, model));
}
