/** Several entities may share one view, as long as they have the same text for it: TypeORM creates it once. */

import { EntityNamesError, SAME_LETTERS } from '../errors/entities.js';
import type { ViewModel } from '../schema/model.js';
import type { Context } from './context.js';

/** A view as one entity declares it. */
interface DeclaredView {
  readonly entity: string;
  readonly view: ViewModel;
}

/**
 * Each view once, as the first entity declares it.
 *
 * @throws EntityNamesError for two views with one name whose names differ in the entities, or whose texts differ
 */
export function oneOfEachView({ rules }: Context, declared: readonly DeclaredView[]): readonly ViewModel[] {
  const known = new Map<string, DeclaredView>();
  for (const second of declared) {
    const key = rules.nameKey(second.view.name);
    const first = known.get(key) ?? second;
    known.set(key, first);
    if (first.view.name !== second.view.name) throw namedAlike(first, second, SAME_LETTERS);
    if (first.view.text !== second.view.text) throw namedAlike(first, second, OTHER_TEXT);
  }
  return [...known.values()].map(({ view }) => view);
}

const OTHER_TEXT = 'Their texts differ: specify another name for one of them, or the same text.';

function namedAlike(first: DeclaredView, second: DeclaredView, why: string): EntityNamesError {
  const names = { first: first.entity, second: second.entity, stored: second.view.name };
  return new EntityNamesError('views of', names, why);
}
