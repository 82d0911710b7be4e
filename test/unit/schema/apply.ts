import { applyChanges } from '../../../src/schema/apply.js';
import type { Change } from '../../../src/schema/change.js';
import type { SchemaModel } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';

/** The schema after the changes, in the order of the model. */
export function apply(schema: SchemaModel, changes: readonly Change[]): SchemaModel {
  return normalise(applyChanges(schema, changes));
}
