import { changedPart, type Change } from './change.js';
import { enumCheckOf } from './enum-check.js';
import type { Part } from './model.js';

/** The common parts of every description of a change. */
export interface Facets {
  readonly verb: 'add' | 'drop' | 'alter';
  readonly part: Part | 'table';
  /** Its name in the database; null where it has no name of its own. */
  readonly name: string | null;
  /** `jobs.depth`; a table or an enumerated type has its name alone. */
  readonly place: string;
  /** The column whose values a check lists: people know such a check by them. */
  readonly valuesOf: string | null;
}

/** Takes a change apart. An altered object has its name in the entities. */
export function facetsOf(change: Change): Facets {
  const { kind, table, object } = change;
  const [verb, part] = [kind.slice(0, kind.indexOf('-')), changedPart(change)];
  const model = 'desired' in change ? change.desired : change.live;
  return {
    verb: verb === 'create' ? 'add' : (verb as Facets['verb']),
    part,
    name: model.name,
    place: part === 'table' ? table : table === '' ? object : `${table}.${object}`,
    valuesOf: 'expression' in model ? (enumCheckOf(model)?.column ?? null) : null,
  };
}
