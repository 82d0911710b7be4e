/** Decides what to run, from the history and a target. Pure; run-context.ts reads what it needs. */

import {
  DatabaseAheadError,
  RevisionEditedError,
  RevisionMissingError,
  RevisionOutOfOrderError,
} from '../errors/migration.js';
import { RevisionPartlyReplacedError } from '../errors/replaced.js';
import type { AwaitingContract } from '../errors/phases.js';
import type { Arranging, PhaseChoice } from './arrange.js';
import type { Gate } from './gate.js';
import { orderOf } from './order.js';
import { downTo, lastStamped, upTo } from './reach-target.js';
import type { History } from './history.js';
import { pendingNow, standingOf, type Standing } from './standing.js';
import type { Direction } from '../databases/direction.js';
import { resolveName, type Target } from './target.js';

/** What is allowed that would otherwise stop a run. */
export interface Allowances {
  /** Applied revisions whose `up` has changed since. */
  readonly edited?: boolean;
  /** Pending revisions older than current. */
  readonly outOfOrder?: boolean;
  /** Revisions in the database that the code does not have. */
  readonly missing?: boolean;
  /** Contract revisions while older releases may be connected. */
  readonly forceContract?: boolean;
}

/** One revision to run, or to record only. */
export interface PlannedStep {
  readonly revision: string;
  readonly direction: Direction;
  readonly kind: 'run' | 'stamp';
  /** What becomes of its record. */
  readonly change: 'insert' | 'delete' | 'keep';
}

/** The ordered decision; nothing is executed yet. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** Warnings that do not stop the run, in words. */
  readonly warnings: readonly string[];
  /** Contract revisions that wait, oldest first; only where there are some. */
  readonly awaiting?: readonly AwaitingContract[];
  /** The first of them that the run was to apply. */
  readonly refused?: AwaitingContract;
}

/** What a plan is made from. */
interface PlanInput {
  readonly history: History;
  readonly target: Target;
  readonly allow?: Allowances;
  /** Which phases it applies; default all. */
  readonly phases?: PhaseChoice;
  /** Whether each pending contract revision may run; one that is not in it may. */
  readonly gates?: ReadonlyMap<string, Gate>;
  /** Whether all revisions that the code does not have suit it. */
  readonly suited?: boolean;
}

/**
 * The revisions to apply, oldest first.
 *
 * @throws UsageError for a target that is unknown, ambiguous, too far or behind
 * @throws DatabaseAheadError when there is nothing to apply and the database has newer revisions than the code
 * @throws RevisionPartlyReplacedError
 * @throws ContractAwaitedError for one that touches what a contract revision that waits still changes
 * @throws RevisionMissingError, RevisionOutOfOrderError, RevisionEditedError unless allowed
 */
export function planUp(input: PlanInput): Plan {
  const { history, target, allow = {}, phases, suited = false } = input;
  assertWhole(history);
  const standing = standingOf(history);
  const { run: wanted, awaiting } = upTo({ history, standing, target }, arrangingOf(input));
  const isSuited = suited && phases === 'start';
  const warnings = sound(standing, isSuited ? { ...allow, missing: true } : allow, () =>
    isAhead(standing, history),
  );
  const refused = awaiting.find(({ revision }) => isWanted(input, revision));
  const recorded = (id: string) => history.following.includes(id);
  const steps = wanted.flatMap((id) => stepsOf([id], 'up', recorded(id) ? 'stamp' : 'run'));
  return {
    steps: [...stepsOf(history.counted, 'up', 'stamp'), ...steps],
    warnings,
    ...(awaiting.length > 0 ? { awaiting } : {}),
    ...(refused ? { refused } : {}),
  };
}

function arrangingOf({ history, phases = 'all', gates = new Map<string, Gate>() }: PlanInput): Arranging {
  const isNew = phases === 'start' && history.recorded.length === 0;
  return { choice: isNew ? 'all' : phases, gates };
}

/** A run wants a contract revision that its target names, and all of them where it applies no others. */
function isWanted({ history, target, phases }: PlanInput, revision: string): boolean {
  if (phases === 'contract') return true;
  if (target.kind !== 'name') return false;
  return resolveName(target.name, orderOf(history).ids, history.replacedBy) === revision;
}

/**
 * The revisions to revert, newest first.
 *
 * @throws UsageError for a target that is unknown, ambiguous, too far or ahead
 * @throws RevisionPartlyReplacedError
 * @throws RevisionMissingError when one to revert is not in the code, or another one, unless allowed
 * @throws RevisionOutOfOrderError, RevisionEditedError unless allowed
 */
export function planDown({ history, target, allow = {} }: PlanInput): Plan {
  assertWhole(history);
  const standing = standingOf(history);
  const wanted = downTo({ history, standing, target });
  const unknown = standing.missing.filter((id) => wanted.includes(id));
  if (unknown.length > 0) throw new RevisionMissingError(unknown, true);
  const warnings = [...sound(standing, allow, () => false), ...editedDownWarnings(standing, wanted)];
  return { steps: wanted.flatMap((id) => revertingSteps(history, id)), warnings };
}

/**
 * The records that a revision replaces go first: should the run end there, its own record still says what is applied.
 * So it is recorded before, where it only counts as applied.
 */
function revertingSteps(history: History, id: string): readonly PlannedStep[] {
  const first = history.counted.includes(id) ? stepsOf([id], 'up', 'stamp') : [];
  return [...first, ...forgetting(history, id), ...stepsOf([id], 'down', 'run')];
}

/** Removes the records of what a revision replaces, newest first. */
function forgetting({ behind }: History, id: string): readonly PlannedStep[] {
  return stepsOf([...(behind.get(id) ?? [])].reverse(), 'down', 'stamp');
}

/** @throws RevisionPartlyReplacedError for the first of them */
export function assertWhole({ partly: [first] }: Pick<History, 'partly'>): void {
  if (first) throw new RevisionPartlyReplacedError(first.id, first);
}

/**
 * What to record, and what to record no more, so that the target is current; an edited or unverified revision up to it
 * is recorded again, with its present checksum. Revisions that the code does not have are left alone up to the target.
 *
 * @throws UsageError for a target that is unknown or ambiguous
 */
export function planStamp({ history, target }: PlanInput): Plan {
  const standing = standingOf(history);
  const order = orderOf(history);
  const limit = order.rank(lastStamped({ history, standing, target }));
  const held = [...history.applied.map(({ id }) => id), ...history.partly.map(({ id }) => id)];
  const after = order
    .sorted(held)
    .filter((id) => order.rank(id) > limit)
    .reverse();
  const renewed = new Set([
    ...standing.pending,
    ...history.counted,
    ...standing.edited,
    ...standing.editedDown,
    ...standing.unverified,
  ]);
  const upTo = history.known.map(({ id }) => id).filter((id) => order.rank(id) <= limit && renewed.has(id));
  const kept = stepsOf(upTo, 'up', 'stamp').map((step) => ({
    ...step,
    change: history.recorded.includes(step.revision) ? ('keep' as const) : step.change,
  }));
  const removed = after.flatMap((id) => [
    ...forgetting(history, id),
    ...stepsOf(history.recorded.includes(id) ? [id] : [], 'down', 'stamp'),
  ]);
  return { steps: [...removed, ...kept], warnings: [] };
}

/** The target with its id, so that it means the same after another process has moved on. */
export function settleTarget(input: Omit<PlanInput, 'allow'>, direction: Direction): Target {
  const { history, target } = input;
  if (target.kind !== 'relative') return target;
  const standing = standingOf(history);
  const steps =
    direction === 'up'
      ? upTo({ history, standing, target }, arrangingOf(input)).run
      : downTo({ history, standing, target });
  if (direction === 'up') {
    const last = steps.at(-1);
    return last === undefined ? { kind: 'head' } : { kind: 'name', name: last };
  }
  const left = orderOf(history)
    .sorted(history.applied.map(({ id }) => id))
    .filter((id) => !steps.includes(id))
    .at(-1);
  return left === undefined ? { kind: 'base' } : { kind: 'name', name: left };
}

function stepsOf(
  ids: readonly string[],
  direction: Direction,
  kind: PlannedStep['kind'],
): readonly PlannedStep[] {
  const change = direction === 'up' ? 'insert' : 'delete';
  return ids.map((revision) => ({ revision, direction, kind, change }));
}

/**
 * Nothing to apply, and each revision missing in the code is newer than all of the code: an old replica in a rolling
 * deploy.
 */
function isAhead(standing: Standing, history: History): boolean {
  const { missing, head } = standing;
  const { rank } = orderOf(history);
  return pendingNow(standing).length === 0 && missing.every((id) => rank(id) > rank(head));
}

function sound(standing: Standing, allow: Allowances, ahead: () => boolean): readonly string[] {
  const { missing, edited, outOfOrder, current } = standing;
  if (missing.length > 0 && !allow.missing) {
    throw ahead() ? new DatabaseAheadError(missing) : new RevisionMissingError(missing);
  }
  if (!allow.outOfOrder && current !== null && outOfOrder.length > 0)
    throw new RevisionOutOfOrderError(outOfOrder, current);
  if (edited.length > 0 && !allow.edited) throw new RevisionEditedError(edited, current ?? 'base');
  return [
    ...missing.map((id) => `${id}: recorded in the database, not in this code`),
    ...edited.map((id) => `${id}: edited after it was applied`),
  ];
}

function editedDownWarnings({ editedDown }: Standing, wanted: readonly string[]): readonly string[] {
  return wanted
    .filter((id) => editedDown.includes(id))
    .map((id) => `${id}: its down was edited after it was applied; the new text runs`);
}
