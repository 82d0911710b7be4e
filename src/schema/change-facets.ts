import type { Change } from './change.js';
import { enumCheckOf } from './enum-check.js';
import type { Part } from './model.js';

/** What every description of a change starts from. */
export interface Facets {
  readonly verb: 'add' | 'drop' | 'alter';
  readonly part: Part | 'table';
  /** As the database calls it; null where it has no name of its own. */
  readonly name: string | null;
  /** `jobs.depth`; a table or an enumerated type goes by its name alone. */
  readonly place: string;
  /** The column whose values a check lists: that is what a person knows of such a check. */
  readonly valuesOf: string | null;
}

/** Takes a change apart. What is altered goes by its name in the entities. */
export function facetsOf(change: Change): Facets {
  const { kind, table, object } = change;
  const [verb, part] = [kind.slice(0, kind.indexOf('-')), kind.slice(kind.indexOf('-') + 1)];
  const model = 'desired' in change ? change.desired : change.live;
  return {
    verb: verb === 'create' ? 'add' : (verb as Facets['verb']),
    part: part as Facets['part'],
    name: model.name,
    place: part === 'table' ? table : table === '' ? object : `${table}.${object}`,
    valuesOf: 'expression' in model ? (enumCheckOf(model)?.column ?? null) : null,
  };
}
