/** Views around the other changes of a plan: PostgreSQL refuses to change or drop a column that a view reads. */

import type { ViewChange } from '../../../schema/change.js';
import { isViewChange } from '../../../schema/change.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { invert } from '../../../schema/invert.js';
import { comparePhases } from '../../phases.js';
import type { PlannedPart, PlanReading, StatementGroup } from '../../planning.js';
import { ViewRefusedError } from '../../../errors/views.js';
import { checkOptionIn } from '../../../sql/view-text.js';
import { allowingHazard, statement, type Statement } from '../../../sql/statement.js';
import { keepAttached, restoreAttached, type Kept } from '../views/attached.js';
import { blockedBy, isBlocked, type Blocked } from './blocked-views.js';
import { areApart } from './views-apart.js';
import { renameOperations, type BridgedReading } from './renames.js';
import type { PostgresNames } from './sql.js';
import { refreshParts } from './refreshed-views.js';
import { recordGroups } from './view-records.js';
import { byDefinition, viewStates, type PlannedView, type ViewStates } from './view-states.js';

/** Adds what views need to the parts of a plan. @throws ViewRefusedError for one that cannot be made again */
export function withViews(
  parts: readonly PlannedPart[],
  reading: BridgedReading,
  names: PostgresNames,
): readonly PlannedPart[] {
  const changes = reading.changes.filter(isViewChange);
  if (reading.facts.views.live.length + changes.length === 0) return parts;
  const states = viewStates(reading, names);
  const operations = renameOperations(reading, names);
  const renaming = new Set(operations.flatMap(({ up, down }) => [...up, ...down].map(({ sql }) => sql)));
  const plan = { names, reading, states, renaming, changes };
  if (areApart(parts, plan)) {
    const apart = viewsPart(plan);
    return [...parts, apart, ...refreshParts([...parts, apart], states.end)];
  }
  const whole = withMain(parts, changes);
  const main = whole.findIndex(({ phase }) => phase === 'main');
  const around = whole.map((part, index) => {
    if (index === main) return mainPart(part, plan);
    const state = main < 0 || index < main ? states.start : states.end;
    const others = { ...plan, states: { start: state, end: state }, changes: [] };
    return part.transaction ? aroundPart(part, others) : part;
  });
  return [...around, ...refreshParts(around, states.end)];
}

/** Changes of views are in the main part, which may have nothing else. */
function withMain(parts: readonly PlannedPart[], changes: readonly ViewChange[]): readonly PlannedPart[] {
  if (changes.length === 0 || parts.some(({ phase }) => phase === 'main')) return parts;
  const main: PlannedPart = {
    ...{ phase: 'main', transaction: true, subject: undefined, up: [], down: [], changes: [] },
  };
  const at = parts.findIndex(({ phase }) => comparePhases(phase, 'main') > 0);
  return at < 0 ? [...parts, main] : [...parts.slice(0, at), main, ...parts.slice(at)];
}

/** All changes of views behind those of tables, in a transaction of its own. On `down` the tables change after it. */
function viewsPart(plan: Plan): PlannedPart {
  const subject = plan.changes.map(({ object }) => object).join('_');
  const empty = { phase: 'views', transaction: true, subject, up: [], down: [], changes: [] } as const;
  return mainPart(empty, { ...plan, states: byDefinition(plan.states, plan.reading) });
}

interface Plan {
  readonly names: PostgresNames;
  readonly reading: PlanReading;
  readonly states: ViewStates;
  /** Statements that rename a table, a column or a value; both states of a view have the new names. */
  readonly renaming: ReadonlySet<string>;
  readonly changes: readonly ViewChange[];
}

function mainPart(part: PlannedPart, plan: Plan): PlannedPart {
  const around = aroundPart(part, plan);
  const records = recordGroups(plan.changes, plan.reading, plan.names);
  return {
    ...around,
    up: [...around.up, ...records.up],
    down: [...records.down, ...around.down],
    changes: [...part.changes, ...plan.changes],
  };
}

/** Renames are the first groups of `up` and the last ones of `down`: views follow them, and are not made in old names. */
function aroundPart(part: PlannedPart, { names, states, renaming, changes }: Plan): PlannedPart {
  const { start, end } = states;
  const back = invert(changes).filter(isViewChange);
  // A group may begin with what its locks need.
  const isOther = ({ statements }: StatementGroup) => !statements.some(({ sql }) => renaming.has(sql));
  const first = part.up.findIndex(isOther);
  const renamedBack = part.down.findLastIndex(isOther) + 1;
  const renames = first < 0 ? part.up.length : first;
  const up = { names, before: start, after: end, changes, isBack: false };
  const down = { names, before: end, after: start, changes: back, isBack: true };
  return {
    ...part,
    up: [...part.up.slice(0, renames), ...around(part.up.slice(renames), up)],
    down: [...around(part.down.slice(0, renamedBack), down), ...part.down.slice(renamedBack)],
  };
}

/** One direction of a part. */
interface Way {
  readonly names: PostgresNames;
  readonly before: ReadonlyMap<string, PlannedView>;
  readonly after: ReadonlyMap<string, PlannedView>;
  readonly changes: readonly ViewChange[];
  readonly isBack: boolean;
}

function around(groups: readonly StatementGroup[], way: Way): readonly StatementGroup[] {
  const blocks = groups.flatMap(({ statements }) => statements.flatMap(blockedBy));
  const aside = asideFor(blocks, way);
  const { before, after } = way;
  const replaced = [...after.values()].filter(
    (view) => before.has(view.name) && !aside.has(view.name) && isRemade(view.name, way),
  );
  const created = [...after.values()].filter(({ name }) => aside.has(name) || !before.has(name));
  const kept = created.flatMap((view) => keptOf(before.get(view.name), view));
  assertRemade([...aside], way);
  const isFilled = created.some(({ materialized }) => materialized);
  return [
    ...group(keepReason(kept), kept.length === 0 ? [] : [statement(keepAttached(kept))]),
    ...[...before.values()]
      .reverse()
      .filter(({ name }) => aside.has(name))
      .flatMap((view) => group(reasonFor(view, way), [statement(view.drop)])),
    ...(isFilled ? groups.map((one) => fillAllowed(one, way)) : groups),
    ...created.flatMap((view) => group(reasonFor(view, way), createOf(view, before.get(view.name)))),
    // Before the options of others are kept in the same place.
    ...group(keepReason(kept), kept.length === 0 ? [] : [statement(restoreAttached(kept))]),
    ...replaced.flatMap((view) => group(reasonFor(view, way), replaceOf(view))),
    ...[...created, ...replaced].flatMap((view) =>
      group(reasonFor(view, way), optionOf(before.get(view.name), view)),
    ),
    ...indexGroups(way, new Set(created.map(({ name }) => name))),
  ];
}

/** The table of a column that gets another type is locked until the views are filled. */
function fillAllowed({ reason, statements }: StatementGroup, { isBack }: Way): StatementGroup {
  const why = isBack
    ? '`down` fills a materialized view again'
    : 'a materialized view is filled again, as asked for with --allow-rewrite';
  return { reason, statements: statements.map((one) => allowingHazard('change-type-rebuild', why, one)) };
}

function keepReason(kept: readonly Kept[]): string {
  return `Keeps owner, rights, comments, options, rules and triggers of ${kept.map(({ path }) => path.replaceAll('"', '')).join(', ')}`;
}

function group(reason: string, statements: readonly Statement[]): readonly StatementGroup[] {
  return statements.length === 0 ? [] : [{ reason, statements }];
}

function reasonFor({ name }: PlannedView, { changes }: Way): string {
  const own = changes.filter(({ object }) => object === name);
  return own.length > 0 ? reasonOf(own) : `${name}: view dropped and created again around the change`;
}

/** Whether a change makes the query of a view again: not only its record or its indexes. */
function isRemade(name: string, { changes }: Way): boolean {
  return changes.some(
    (change) =>
      change.object === name &&
      (change.kind !== 'alter-view' ||
        change.aspects.some((aspect) => aspect !== 'recorded' && aspect !== 'indexes')),
  );
}

/** The views that are dropped: those that block, those that change, and all that read them. */
function asideFor(blocks: readonly Blocked[], way: Way): ReadonlySet<string> {
  const { before, after, names } = way;
  const aside = new Set<string>();
  for (const view of before.values()) {
    const next = after.get(view.name);
    const isChanged = isRemade(view.name, way) && !(next && isReplaceable(view, next));
    const isRead = view.views.some((name) => aside.has(name));
    if (isChanged || isRead || blocks.some((block) => isBlocked(view, block, names))) aside.add(view.name);
  }
  return aside;
}

/** CREATE OR REPLACE takes further columns at the end only. */
function isReplaceable(before: PlannedView, after: PlannedView): boolean {
  const isKnown = before.outputs.length > 0 && after.outputs.length > 0;
  return (
    isKnown &&
    !before.materialized &&
    !after.materialized &&
    before.outputs.every(({ name, type }, index) => {
      const next = after.outputs[index];
      return next?.name === name && next.type === type;
    })
  );
}

function keptOf(before: PlannedView | undefined, after: PlannedView): readonly Kept[] {
  if (!before) return [];
  const what = before.materialized === after.materialized ? 'all' : 'rights';
  return [{ path: after.path, what, withoutIndexes: goneIn(before, after).map(({ name }) => name) }];
}

/** What up drops for good, down makes again with what hung on it. */
function createOf(view: PlannedView, before: PlannedView | undefined): readonly Statement[] {
  const create = statement(view.create, view.materialized ? { fills: view.name } : {});
  if (before) return [create];
  const indexes = view.attached.length > 0 ? [] : view.indexes.map(({ sql }) => sql);
  return [create, ...[...indexes, ...view.attached].map((sql) => statement(sql))];
}

function replaceOf(view: PlannedView): readonly Statement[] {
  const kept: readonly Kept[] = [{ path: view.path, what: 'options', withoutIndexes: [] }];
  return [keepAttached(kept), view.replace, restoreAttached(kept)].map((sql) => statement(sql));
}

/** The options that were kept have the former one in place of that of the text. */
function optionOf(before: PlannedView | undefined, { create, path }: PlannedView): readonly Statement[] {
  const option = checkOptionIn(create);
  if (!before || checkOptionIn(before.create) === option) return [];
  const setting = option === null ? 'RESET (check_option)' : `SET (check_option = ${option})`;
  return [statement(`ALTER VIEW ${path} ${setting}`)];
}

/** Indexes of materialized views that the entities declare otherwise. */
function indexGroups(way: Way, created: ReadonlySet<string>): readonly StatementGroup[] {
  const { before, after, names } = way;
  return [...after.values()].flatMap((view) => {
    const former = before.get(view.name);
    if (!former || !view.materialized) return [];
    const isThere = (index: { readonly sql: string }) => former.indexes.some(({ sql }) => sql === index.sql);
    // A view that is created again does not have them.
    const gone = created.has(view.name) ? [] : goneIn(former, view);
    const drops = gone.map(({ name }) => `DROP INDEX ${names.indexPath(view.name, name)}`);
    const adds = view.indexes.filter((index) => !isThere(index)).map(({ sql }) => sql);
    return group(
      reasonFor(view, way),
      [...drops, ...adds].map((sql) => statement(sql)),
    );
  });
}

/** The indexes of a view that it has no longer, or in another way. */
function goneIn(before: PlannedView, after: PlannedView): PlannedView['indexes'] {
  return before.indexes.filter((index) => !after.indexes.some(({ sql }) => sql === index.sql));
}

/** @throws ViewRefusedError */
function assertRemade(aside: readonly string[], { before, isBack }: Way): void {
  const problems = aside.flatMap((name) => {
    const { obstacles = [] } = before.get(name) ?? {};
    return obstacles.length === 0
      ? []
      : [
          {
            view: name,
            problem: `the change drops the view and creates it again${isBack ? ' on `down`' : ''}, and ${obstacles.join(', ')} depends on it`,
            remedy: 'Drop that first and create it again afterwards, in revisions written by hand.',
          },
        ];
  });
  if (problems.length > 0) throw new ViewRefusedError(problems);
}
