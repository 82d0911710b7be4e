import type { IndexModel } from '../../../schema/model.js';
import { replacedName, type Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import { afterwards, reversed, type Operation } from './operation.js';
import type { OfTable } from './part-of-table.js';
import { addPartedIndex, isParted } from './parted.js';
import { renameStep } from './rename-step.js';
import { statement } from '../../../sql/statement.js';
import { canCoexist } from './coexistence.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** Adds an index to an existing table, without blocking writes. */
export function addIndex(context: PostgresContext, of: OfTable<IndexModel>): readonly Operation[] {
  const { names } = context;
  const { table, model, reason } = of;
  if (isParted(context, table)) return addPartedIndex(context, of);
  return [
    {
      phase: 'build',
      step: 'attach',
      alone: true,
      reason,
      up: [names.buildIndex(table, model)],
      down: [statement(`DROP INDEX CONCURRENTLY IF EXISTS ${names.indexPath(table, model.name)}`)],
      subject: model.name,
    },
  ];
}

/** Replaces an index: the old one serves until the new one exists, where that is possible. */
export function replaceIndex(
  context: PostgresContext,
  { table, live, desired, reason }: Replacement<IndexModel>,
): readonly Operation[] {
  if (!canCoexist(context, table, [live, desired]))
    return [
      ...reversed(addIndex(context, { table, model: live, reason })),
      ...addIndex(context, { table, model: desired, reason }),
    ];
  const old = { ...live, name: replacedName(live.name, desired.name) };
  return [
    ...renameIndex(context, { table, live: live.name, desired: old.name, reason }),
    ...addIndex(context, { table, model: desired, reason }),
    ...afterwards(reversed(addIndex(context, { table, model: old, reason }))),
  ];
}

/** Renames an index. */
export function renameIndex(
  context: PostgresContext,
  { table, live, desired, reason }: Replacement<string>,
): readonly Operation[] {
  if (live === desired) return [];
  const renaming = (from: string, to: string) =>
    statement(`ALTER INDEX ${context.names.indexPath(table, from)} RENAME TO ${quoteIdentifier(to)}`);
  return [
    {
      phase: 'main',
      step: renameStep(context, live),
      alone: false,
      reason,
      up: [renaming(live, desired)],
      down: [renaming(desired, live)],
    },
  ];
}
