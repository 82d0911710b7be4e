/** What an offline script runs, and where it begins. Pure. */

import type { Direction } from '../databases/direction.js';
import { UsageError } from '../errors/base.js';
import { historyOf, type AppliedRevision, type RevisionFacts } from './history.js';
import { orderOf } from './order.js';
import { planDown, planUp, type Plan } from './plan.js';
import { replacedIds } from './replaced.js';
import { stampOf } from './revision.js';
import { parseTarget, resolveName } from './target.js';

/** What decides. */
export interface PlannedScript {
  readonly direction: Direction;
  /** As for migrateUp and migrateDown; or `A..B`, from A to B. */
  readonly target?: string;
  /** Which phases `up` applies; default all. */
  readonly phases?: 'all' | 'expand' | 'contract';
}

/** The plan for a database that is imagined to be where the script begins. */
export function planScript(facts: readonly RevisionFacts[], options: PlannedScript): Plan {
  const { direction, target, phases = 'all' } = options;
  const input = {
    history: historyOf(facts, appliedBefore(facts, options)),
    target: parseTarget(rangeOf(target, direction).to),
  };
  return direction === 'up' ? planUp({ ...input, phases }) : planDown(input);
}

/** A script of contract revisions alone begins where all others are applied. */
function appliedBefore(
  facts: readonly RevisionFacts[],
  { direction, target, phases }: PlannedScript,
): readonly AppliedRevision[] {
  const applied = appliedUpTo(facts, rangeOf(target, direction).from);
  if (phases !== 'contract') return applied;
  const expanded = historyOf(facts, []).known.filter(({ phase }) => phase !== 'contract');
  const others = expanded.filter(({ id }) => !applied.some((one) => one.id === id));
  return [...applied, ...others.map(({ id }) => unnoted(id))];
}

/** Where contract revisions are left out or come later, the newest record is not the one before in the list. */
export function recordsBefore(
  facts: readonly RevisionFacts[],
  steps: Plan['steps'],
  options: PlannedScript,
): ReadonlyMap<string, string | null> {
  if (options.direction === 'down' || facts.every(({ phase }) => phase !== 'contract')) return new Map();
  const history = historyOf(facts, appliedBefore(facts, options));
  const { sorted } = orderOf(history);
  const recorded = history.applied.map(({ id }) => id);
  return new Map(
    steps.map(({ revision }) => {
      const newest = sorted(recorded).at(-1) ?? null;
      recorded.push(revision);
      return [revision, newest];
    }),
  );
}

/** Both ends of a target. @throws UsageError */
export function rangeOf(
  target: string | undefined,
  direction: Direction,
): { readonly from: string; readonly to: string } {
  const begin = direction === 'up' ? 'base' : 'head';
  const end = direction === 'up' ? 'head' : '-1';
  if (!target?.includes('..')) return { from: begin, to: target ?? end };
  const [from = '', to = '', more] = target.split('..');
  if (more !== undefined) throw new UsageError(`${target}: a range has two ends, A..B`);
  return { from: from || begin, to: to || end };
}

function appliedUpTo(facts: readonly RevisionFacts[], from: string): readonly AppliedRevision[] {
  const { known, replacedBy } = historyOf(facts, []);
  const ids = known.map(({ id }) => id);
  if (/^[+-]/.test(from)) throw new UsageError(`A script begins at base, head or a revision, not at ${from}`);
  const replacing = known.find(({ replaces = [] }) => newestOf(replacedIds(replaces)) === from);
  if (replacing && replacedBy.has(from))
    return [...ids.slice(0, ids.indexOf(replacing.id)), ...replacedIds(replacing.replaces ?? [])].map(
      unnoted,
    );
  const count =
    from === 'base' ? 0 : from === 'head' ? ids.length : ids.indexOf(resolveName(from, ids, replacedBy)) + 1;
  return ids.slice(0, count).map(unnoted);
}

function unnoted(id: string): AppliedRevision {
  return { id, appliedAt: null, checksums: null };
}

/** The one that a database recorded last. */
export function newestOf(ids: readonly string[]): string | undefined {
  return [...ids].sort((a, b) => stampOf(a) - stampOf(b)).at(-1);
}
