import type { Direction } from '../databases/direction.js';
import type { KnownSchema } from './replay/known-schema.js';
import type { KnownDatabase } from '../databases/registry.js';
import type { LintGroup, LintStatement } from './read-revisions.js';
import type { RuleId } from './rule-id.js';
import type { Action, ActionOf } from './sql/action.js';
import type { Traces, TraceStep } from './replay/trace.js';

/** The report of a rule about a statement. */
export interface Report {
  /** What blocks or is lost, and why; names are those of the statement. */
  readonly message: string;
  /** What to write instead; null where that depends on what is wanted. */
  readonly replacement: string | null;
}

/** The same, with the statement that it is about. */
export interface LocatedReport extends Report {
  readonly statement: LintStatement;
}

/** An action and what stands around it. */
export interface ActionContext extends TraceStep {
  /** The schema before the whole statement. */
  readonly beforeStatement: KnownSchema;
  /** What the same revision does before it, and after it. */
  readonly earlier: readonly Action[];
  readonly later: readonly Action[];
  /** Whether no session can use the table: the group creates it, or the revision drops it later. */
  readonly isNew: (table: string | null) => boolean;
}

/** A statement and what stands around it. */
export interface StatementContext {
  readonly statement: LintStatement;
  readonly steps: readonly ActionContext[];
  /** Statements that the same revision runs before it. */
  readonly earlier: readonly TraceStep[];
}

/** A group, both ways, in every dialect. */
export interface GroupContext {
  readonly group: LintGroup;
  /** For each database in which any revision of the project has statements. */
  readonly traces: readonly DatabaseTraces[];
}

/** A group in one database. */
export interface DatabaseTraces {
  readonly database: KnownDatabase;
  readonly traces: Traces;
}

/** Those databases that others use while a revision runs, so that what it blocks matters. */
export function inTraffic({ traces }: GroupContext): readonly DatabaseTraces[] {
  return traces.filter(({ database }) => database.capabilities.traffic);
}

/** A rule is one kind of danger. It is pure: the same statements give the same reports. */
export type Rule = {
  readonly id: RuleId;
  /** Ways on which it looks at statements. */
  readonly directions: readonly Direction[];
} & (
  | { readonly scope: 'action'; readonly check: (context: ActionContext) => Report | null }
  | { readonly scope: 'statement'; readonly check: (context: StatementContext) => Report | null }
  | { readonly scope: 'group'; readonly check: (context: GroupContext) => readonly LocatedReport[] }
  /** About the exceptions themselves; it runs after all other rules. */
  | { readonly scope: 'exceptions' }
);

/** Both ways: what blocks on the way up blocks on the way down. */
export const BOTH: readonly Direction[] = ['up', 'down'];

/** The way up: the way down brings back what was there. */
export const UP: readonly Direction[] = ['up'];

/** A rule about actions of some kinds. */
export function actionRule<K extends Action['kind']>(rule: {
  readonly id: RuleId;
  readonly directions: readonly Direction[];
  readonly on: readonly K[];
  readonly check: (action: ActionOf<K>, context: ActionContext) => Report | null;
}): Rule {
  const kinds = new Set<string>(rule.on);
  return {
    id: rule.id,
    directions: rule.directions,
    scope: 'action',
    check: (context) =>
      kinds.has(context.action.kind) ? rule.check(context.action as ActionOf<K>, context) : null,
  };
}
