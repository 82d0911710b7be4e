/** Decides what to run, from the history and a target. Pure; run-context.ts reads what it needs. */

import { UsageError } from '../errors/base.js';
import {
  DatabaseAheadError,
  RevisionEditedError,
  RevisionMissingError,
  RevisionOutOfOrderError,
} from '../errors/migration.js';
import { RevisionPartlyReplacedError } from '../errors/replaced.js';
import { orderOf } from './order.js';
import type { History } from './history.js';
import { standingOf, type Standing } from './standing.js';
import type { Direction } from '../databases/direction.js';
import { resolveName, targetWords, type Target } from './target.js';
import { shortList } from '../text/short-list.js';

/** What is allowed that would otherwise stop a run. */
export interface Allowances {
  /** Applied revisions whose `up` has changed since. */
  readonly edited?: boolean;
  /** Pending revisions older than current. */
  readonly outOfOrder?: boolean;
  /** Revisions in the database that the code does not have. */
  readonly missing?: boolean;
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
}

/** What a plan is made from. */
interface PlanInput {
  readonly history: History;
  readonly target: Target;
  readonly allow?: Allowances;
}

/**
 * The revisions to apply, oldest first.
 *
 * @throws UsageError for a target that is unknown, ambiguous, too far or behind
 * @throws DatabaseAheadError when there is nothing to apply and the database has newer revisions than the code
 * @throws RevisionPartlyReplacedError
 * @throws RevisionMissingError, RevisionOutOfOrderError, RevisionEditedError unless allowed
 */
export function planUp({ history, target, allow = {} }: PlanInput): Plan {
  assertWhole(history);
  const standing = standingOf(history);
  const wanted = upTo(history, standing, target);
  const warnings = sound(standing, allow, () => isAhead(standing, history));
  const recorded = (id: string) => history.following.includes(id);
  const steps = wanted.flatMap((id) => stepsOf([id], 'up', recorded(id) ? 'stamp' : 'run'));
  return { steps: [...stepsOf(history.counted, 'up', 'stamp'), ...steps], warnings };
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
  const wanted = downTo(history, standing, target);
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
  const limit = order.rank(lastStamped(history, standing, target));
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
export function settleTarget(history: History, target: Target, direction: Direction): Target {
  if (target.kind !== 'relative') return target;
  const standing = standingOf(history);
  const steps = direction === 'up' ? upTo(history, standing, target) : downTo(history, standing, target);
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

function upTo(history: History, standing: Standing, target: Target): readonly string[] {
  const { pending } = standing;
  switch (target.kind) {
    case 'head':
      return pending;
    case 'base':
      throw new UsageError(
        'up cannot reach base. To see what reverting everything would run: down base --plan',
      );
    case 'relative':
      return first(pending, target, 'pending');
    case 'name': {
      const { ids, rank } = orderOf(history);
      const id = resolveName(target.name, ids, history.replacedBy);
      if (!pending.includes(id) && rank(id) < rank(standing.current))
        throw new UsageError(
          `${id} is applied, and older than the current revision ${standing.current}. To see what reverting to it would run: down ${id} --plan`,
        );
      return pending.filter((other) => rank(other) <= rank(id));
    }
  }
}

function downTo(history: History, standing: Standing, target: Target): readonly string[] {
  const { ids, rank, sorted } = orderOf(history);
  const newestFirst = [...sorted(history.applied.map(({ id }) => id))].reverse();
  switch (target.kind) {
    case 'base':
      return newestFirst;
    case 'head':
      throw new UsageError('down cannot reach head. To apply everything: up head');
    case 'relative':
      return first(newestFirst, target, 'applied');
    case 'name': {
      const id = resolveName(target.name, ids, history.replacedBy);
      if (standing.pending.includes(id)) throw new UsageError(`${id} is not applied. To apply it: up ${id}`);
      return newestFirst.filter((other) => rank(other) > rank(id));
    }
  }
}

/** The first ones of a list. An empty list is no error, since a repeated command has already reached its target. */
function first(
  ids: readonly string[],
  target: Target & { readonly kind: 'relative' },
  what: 'pending' | 'applied',
): readonly string[] {
  const count = what === 'pending' ? target.by : -target.by;
  if (count < 0)
    throw new UsageError(
      `${targetWords(target)} is the wrong direction: ${what === 'pending' ? 'up takes +1, +2' : 'down takes -1, -2'} and so on.`,
    );
  if (count > ids.length && ids.length > 0)
    throw new UsageError(
      `${targetWords(target)} is too far: ${ids.length} revision(s) ${what}: ${shortList(ids)}.`,
    );
  return ids.slice(0, count);
}

/** The revision that is current behind `stamp`; null at base. */
function lastStamped(history: History, standing: Standing, target: Target): string | null {
  if (target.kind === 'base') return null;
  if (target.kind === 'head') return standing.head;
  if (target.kind === 'name')
    return resolveName(
      target.name,
      history.known.map(({ id }) => id),
      history.replacedBy,
    );
  throw new UsageError(`stamp takes head, base or a revision, not ${targetWords(target)}.`);
}

/**
 * Nothing to apply, and each revision missing in the code is newer than all of the code: an old replica in a rolling
 * deploy.
 */
function isAhead({ pending, missing, head }: Standing, history: History): boolean {
  const { rank } = orderOf(history);
  return pending.length === 0 && missing.every((id) => rank(id) > rank(head));
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
