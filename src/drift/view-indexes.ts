/** Indexes of materialized views that entities declare: compared as those of tables. */

import type { BothSides } from '../databases/catalog.js';
import type { LiveSchema } from '../databases/live-schema.js';
import type { Change } from '../schema/change.js';
import type { TableModel, UnmanagedObject, ViewModel } from '../schema/model.js';
import { placeOfPart } from '../schema/undeclared.js';

/** What entities declare of indexes of views. */
interface Declared {
  readonly views: readonly ViewModel[];
  /** Those with `synchronize: false`. */
  readonly passedOver: { readonly indexes: readonly string[] };
}

/** Both sides with the materialized views that the database and the entities have, as tables of the same columns. */
export function withViewIndexes(sides: BothSides, found: LiveSchema, declared: Declared): BothSides {
  const pairs = pairsOf(found, declared);
  if (pairs.length === 0) return sides;
  const { live, desired } = sides;
  return {
    live: { ...live, tables: [...live.tables, ...pairs.map((pair) => pair.live)] },
    desired: { ...desired, tables: [...desired.tables, ...pairs.map((pair) => pair.desired)] },
  };
}

function pairsOf(
  { materialized = [] }: LiveSchema,
  { views, passedOver }: Declared,
): readonly { readonly live: TableModel; readonly desired: TableModel }[] {
  return views.flatMap(({ name, materialized: isMaterialized, indexes }) => {
    const there = isMaterialized ? materialized.find((one) => one.name === name) : undefined;
    if (!there) return [];
    const own = there.indexes.filter((index) => !passedOver.indexes.includes(index.name));
    return [{ live: { ...there, indexes: own }, desired: { ...there, indexes } }];
  });
}

/** Indexes of views that no entity declares, as objects and not as differences. */
export function withoutUndeclared(
  changes: readonly Change[],
  { views }: Pick<Declared, 'views'>,
): { readonly changes: readonly Change[]; readonly undeclared: readonly UnmanagedObject[] } {
  const names = new Set(views.map(({ name }) => name));
  const isUndeclared = ({ kind, table }: Change) => kind === 'drop-index' && names.has(table);
  return {
    changes: changes.filter((change) => !isUndeclared(change)),
    undeclared: changes
      .filter(isUndeclared)
      .map((change) => ({ kind: 'index', object: placeOfPart(change) })),
  };
}
