import type { Change } from '../../src/schema/change.js';
import { diff } from '../../src/schema/diff.js';
import type { SchemaModel } from '../../src/schema/model.js';
import { normalise } from '../../src/schema/normalise.js';

/** Two schemas, and what leads from one to the other. */
export interface Compared {
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  readonly changes: readonly Change[];
}

/** Compares them, as the generator does. */
export function compared(from: SchemaModel, to: SchemaModel): Compared {
  return { from, to, changes: diff(normalise(from), normalise(to)) };
}
