import type { ActionContext, StatementContext } from './rule.js';
import type { LintStatement } from './read-revisions.js';
import type { Trace, TraceStep } from './replay/trace.js';

/**
 * The statements of a trace, each with its actions and what the same revision does before and after them. Those lists are
 * made when a rule asks for them: a revision may fill a table with thousands of statements.
 */
export function contextsOf(
  statements: readonly LintStatement[],
  { steps }: Trace,
): readonly StatementContext[] {
  const byRevision = grouped(steps, ({ statement }) => statement.revision);
  const byStatement = grouped(steps, ({ statement }) => statement);
  const places = new Map(
    [...byRevision.values()].flatMap((own) => own.map((step, at) => [step, at] as const)),
  );
  return statements.map((statement) => {
    const siblings = byRevision.get(statement.revision) ?? [];
    const own = byStatement.get(statement) ?? [];
    return {
      statement,
      steps: own.map((step) => actionContext(step, own, { siblings, at: places.get(step) ?? 0 })),
      get earlier() {
        const first = siblings.findIndex((step) => step.statement.number >= statement.number);
        return first < 0 ? siblings : siblings.slice(0, first);
      },
    };
  });
}

/** Where a step stands among those of its revision. */
interface StepPlace {
  readonly siblings: readonly TraceStep[];
  readonly at: number;
}

function actionContext(
  step: TraceStep,
  own: readonly TraceStep[],
  { siblings, at }: StepPlace,
): ActionContext {
  const later = () => siblings.slice(at + 1).map(({ action }) => action);
  const isDropped = (table: string) =>
    later().some(
      (action) =>
        (action.kind === 'drop-table' && action.table === table) ||
        (action.kind === 'drop-object' && action.object === 'materialized view' && action.name === table),
    );
  return {
    ...step,
    beforeStatement: own[0]?.before ?? step.before,
    get earlier() {
      return siblings.slice(0, at).map(({ action }) => action);
    },
    get later() {
      return later();
    },
    isNew: (table) => table !== null && (step.newTables.has(table) || isDropped(table)),
  };
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
