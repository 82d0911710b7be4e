import type { ActionContext, StatementContext } from './rule.js';
import type { LintStatement } from './revisions.js';
import type { Trace, TraceStep } from './trace.js';

/** The statements of a trace, each with its actions and what the same revision does before and after them. */
export function contextsOf(
  statements: readonly LintStatement[],
  { steps }: Trace,
): readonly StatementContext[] {
  const byRevision = grouped(steps, ({ statement }) => statement.revision);
  return statements.map((statement) => {
    const siblings = byRevision.get(statement.revision) ?? [];
    const own = siblings.filter((step) => step.statement === statement);
    const first = siblings.findIndex((step) => step.statement.number >= statement.number);
    return {
      statement,
      steps: own.map((step) => actionContext(step, siblings, own)),
      earlier: first < 0 ? siblings : siblings.slice(0, first),
    };
  });
}

function actionContext(
  step: TraceStep,
  siblings: readonly TraceStep[],
  own: readonly TraceStep[],
): ActionContext {
  const at = siblings.indexOf(step);
  const later = siblings.slice(at + 1).map(({ action }) => action);
  const isDropped = (table: string) =>
    later.some((action) => action.kind === 'drop-table' && action.table === table);
  return {
    ...step,
    beforeStatement: own[0]?.before ?? step.before,
    earlier: siblings.slice(0, at).map(({ action }) => action),
    later,
    isNew: (table) => table !== null && (step.newTables.has(table) || isDropped(table)),
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
