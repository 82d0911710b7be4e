/** Views that change beside a contract: which half they belong to, and which ones cannot be. */

import { isViewChange, type Change, type ViewChange } from '../../../../schema/change.js';
import type { SchemaModel } from '../../../../schema/model.js';
import type { PlanReading } from '../../../planning.js';
import type { TableAlias } from './alias.js';
import type { ColumnRename } from './bridge.js';

/** What has two names until contract. */
interface Named {
  readonly reading: PlanReading;
  readonly aliases: readonly TableAlias[];
  readonly bridged: readonly ColumnRename[];
}

/** Whether the text of a view only follows a rename: the server has renamed in it what it reads. */
export function isFollowing(change: Change): boolean {
  return change.kind === 'alter-view' && change.aspects.join() === 'recorded';
}

/** One sentence each. A view has one text at a time, and its columns follow those of tables. */
export function refusalsOfViews(named: Named): readonly string[] {
  return [...named.reading.changes.flatMap((change) => ofChange(change, named)), ...ofHidden(named)];
}

function ofChange(change: Change, named: Named): readonly string[] {
  if (!isViewChange(change) || change.kind === 'drop-view' || isFollowing(change)) return [];
  if (change.kind === 'add-view' && isApart(change, named)) return [];
  const what =
    change.kind === 'add-view'
      ? 'is new, and reads what has two names until contract'
      : 'changes beside a change that needs a contract revision';
  return [`${change.object}: the view ${what}. Change the view in an earlier or a later release.`];
}

/** Whether a new view reads nothing that has two names. */
function isApart({ object }: ViewChange, { reading, aliases, bridged }: Named): boolean {
  const compiled = reading.facts.views.compiled.get(object);
  if (!compiled || 'refused' in compiled) return false;
  const isNamed = ({ table, columns }: (typeof compiled.uses)[number]) =>
    aliases.some(({ rename }) => rename.to === table) ||
    bridged.some((one) => one.table === table && columns.includes(one.to));
  const isChanged = (name: string) => reading.changes.some((one) => isViewChange(one) && one.object === name);
  return !compiled.uses.some(isNamed) && !compiled.views.some(isChanged);
}

/** The server would spell the hidden name in their definitions. */
function ofHidden({ reading, aliases }: Named): readonly string[] {
  const declared = reading.to.views ?? [];
  return aliases
    .filter(({ rename, head }) => rename.from !== head)
    .flatMap(({ rename: { to } }) =>
      reading.facts.views.live
        .filter(
          ({ name, uses }) =>
            declared.some((view) => view.name === name) && uses.some(({ table }) => table === to),
        )
        .map(
          ({ name }) =>
            `${to}: --upsert-by gives the table another name until contract, and the view ${name} reads it. Leave --upsert-by out, or generate with --one-step.`,
        ),
    );
}

/** The views after expand: those before it, and the new ones. */
export function viewsBetween({ changes, from, to }: PlanReading): SchemaModel['views'] {
  const former = from.views ?? [];
  const isNew = (name: string) => changes.some((one) => one.kind === 'add-view' && one.object === name);
  return [...former, ...(to.views ?? []).filter(({ name }) => isNew(name))];
}

/** Those that contract plans with: the new ones are there already. */
export function viewsAfter({ changes, to }: PlanReading): SchemaModel['views'] {
  const isNew = (name: string) => changes.some((one) => one.kind === 'add-view' && one.object === name);
  return (to.views ?? []).filter(({ name }) => !isNew(name));
}
