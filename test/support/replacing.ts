import type { Replaced } from '../../src/migrator/replaced.js';
import type { Revision } from '../../src/migrator/revision.js';

/** The same class with that list of revisions in whose place it stands. */
export function replacing(replaces: readonly Replaced[], Made: new () => Revision): new () => Revision {
  Object.defineProperty(Made, 'replaces', { value: replaces });
  return Made;
}
