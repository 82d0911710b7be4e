import type { IndexModel } from '../../schema/model.js';
import { attachSteps } from '../advice/attach.js';
import { isOutside, isWithin, type Bounded } from '../replay/bound.js';
import { tableIn, type KnownSchema } from '../replay/known-schema.js';
import { partitionsOf } from '../replay/parts.js';
import { actionRule, BOTH } from '../rule.js';
import type { ActionOf } from '../sql/action.js';
import { quotePath, quotePaths } from '../../sql/quote.js';

/** A partition whose rows, or those of the default partition, are checked while they are locked. */
export const attachPartitionUnproven = actionRule({
  id: 'attach-partition-unproven',
  directions: BOTH,
  on: ['add-parent'],
  check: (action, { before, isNew }) => {
    const { table, parent, bound } = action;
    if (!action.isPartition || isNew(table)) return null;
    const bounded = boundedBy(before, action);
    const rest = defaultOf(before, parent);
    const read = [
      ...(bounded && isWithin(before, table, bounded) ? [] : [table]),
      ...(rest === undefined || (bounded && isOutside(before, rest, bounded)) ? [] : [rest]),
    ];
    const missing = missingIndexes(before, action);
    if (read.length === 0 && missing.length === 0) return null;
    return {
      message:
        `Attaching ${quotePath(table)} to ${quotePath(parent)} ${workOf(read, missing)}, and blocks reads and ` +
        'writes of it.',
      replacement: bound && attachSteps(action, { bounded, read, missing }),
    };
  },
});

function workOf(read: readonly string[], missing: readonly IndexModel[]): string {
  const reads =
    read.length === 0 ? [] : [`reads every row of ${quotePaths(read)}, since no check proves the bound`];
  const names = missing.map(({ name }) => name);
  const builds = names.length === 0 ? [] : [`builds an index like ${quotePaths(names)}`];
  return [...reads, ...builds].join(', and ');
}

/** Only of a table that is partitioned by one column. */
function boundedBy(schema: KnownSchema, { parent, bound }: ActionOf<'add-parent'>): Bounded | null {
  const [column, more] = schema.notes.get(parent)?.partitionKey ?? [];
  return column === undefined || more !== undefined || bound === null ? null : { column, bound };
}

function defaultOf(schema: KnownSchema, parent: string): string | undefined {
  const own = partitionsOf(schema, parent).filter((part) => part.parent === parent);
  return own.find(({ name }) => schema.notes.get(name)?.isDefault === true)?.name;
}

/** Indexes of the partitioned table of which the partition has none alike. */
function missingIndexes(
  schema: KnownSchema,
  { table, parent }: ActionOf<'add-parent'>,
): readonly IndexModel[] {
  const own = tableIn(schema, table)?.indexes ?? [];
  const shapes = new Set(own.map(shapeOf));
  return (tableIn(schema, parent)?.indexes ?? []).filter((index) => !shapes.has(shapeOf(index)));
}

function shapeOf({ keys, include, unique, method, where }: IndexModel): string {
  return JSON.stringify([keys, include, unique, method, where]);
}
