/** What the code knows and what the database records, with each revision in the place of those that it replaces. Pure. */

import type { Checksums } from '../databases/direction.js';
import type { Touched } from './touched.js';
import { absentIn, holdsAll, replacedIds, type Replaced } from './replaced.js';

/** What plans need to know of a revision in the code. */
export interface RevisionFacts {
  readonly id: string;
  readonly description: string;
  /** For the dialect in use; null for a class written by hand. */
  readonly checksums: Checksums | null;
  /** The revisions in whose place it stands; only where there are some. */
  readonly replaces?: readonly Replaced[];
  /** Only of a contract revision. */
  readonly phase?: 'contract';
  /** The objects that it changes; only where the code has contract revisions. */
  readonly touches?: () => Touched;
}

/** A revision that the database records, or that counts as recorded. */
export interface AppliedRevision {
  readonly id: string;
  /** ISO 8601; null where it was recorded by something else than this package. */
  readonly appliedAt: string | null;
  /** Of what was run when it was applied; null where it was not noted. */
  readonly checksums: Checksums | null;
}

/** A revision of whose replaced ones the database records some, and the code cannot run the others. */
export interface PartlyReplaced {
  readonly id: string;
  readonly recorded: readonly string[];
  readonly absent: readonly string[];
}

/** What the code knows and what the database has. */
export interface History {
  /** Oldest first: by stamp, equal stamps as the list of the code has them. Without revisions that another replaces. */
  readonly known: readonly RevisionFacts[];
  /** In the order in which they were recorded. Without records behind a revision that replaces them. */
  readonly applied: readonly AppliedRevision[];
  /** Every record of the database, in that order. */
  readonly recorded: readonly string[];
  /** Applied without a record of their own: all that they replace is recorded. Oldest first. */
  readonly counted: readonly string[];
  /** Pending, and only to be recorded: the revisions that they replace are still run, or are edited. */
  readonly following: readonly string[];
  readonly partly: readonly PartlyReplaced[];
  /** The records that `applied` leaves out, oldest first, by the revision that replaces them. */
  readonly behind: ReadonlyMap<string, readonly string[]>;
  /** The revision in the place of each id that `known` leaves out. */
  readonly replacedBy: ReadonlyMap<string, string>;
}

/** Joins both sides. A revision that replaces others hides their classes and their records, unless they are still run. */
export function historyOf(known: readonly RevisionFacts[], records: readonly AppliedRevision[]): History {
  const applied = eachOnce(records);
  const plain: History = {
    known,
    applied,
    recorded: applied.map(({ id }) => id),
    counted: [],
    following: [],
    partly: [],
    behind: new Map(),
    replacedBy: new Map(),
  };
  // The outermost first: what it hides needs no look of its own.
  return known
    .filter(replacesSome)
    .sort((a, b) => replacedIds(b.replaces).length - replacedIds(a.replaces).length)
    .reduce(withReplaced, plain);
}

/**
 * Runners without a lock may record a revision twice; its way down removes all of its records. The last one stays, so
 * that the newest record of the list is the newest one here.
 */
function eachOnce(records: readonly AppliedRevision[]): readonly AppliedRevision[] {
  const last = new Map(records.map(({ id }, index) => [id, index]));
  return records.filter(({ id }, index) => last.get(id) === index);
}

/** Whether what a revision runs has changed since it was applied. */
export function isChanged(
  { checksums }: RevisionFacts,
  applied: AppliedRevision | undefined,
  direction: 'up' | 'down',
): boolean {
  if (!checksums || !applied?.checksums) return false;
  return checksums[direction] !== applied.checksums[direction];
}

type Replacing = RevisionFacts & { readonly replaces: readonly Replaced[] };

function replacesSome(facts: RevisionFacts): facts is Replacing {
  return (facts.replaces ?? []).length > 0;
}

function withReplaced(history: History, facts: Replacing): History {
  const { known, applied } = history;
  if (!known.some(({ id }) => id === facts.id)) return history;
  const ids = new Set(replacedIds(facts.replaces));
  const isRecorded = idsIn(applied);
  const some = applied.filter(({ id }) => ids.has(id));
  if (isRecorded(facts.id) || some.length === 0) return hiding(history, facts);
  const absent = absentIn(facts.replaces, isRecorded);
  const listed = known.filter(({ id }) => ids.has(id));
  const isEdited = listed.some((one) => isChanged(one, appliedAs(applied, one.id), 'up'));
  if (absent.length === 0 && !isEdited) return counting(hiding(history, facts), facts, some);
  if (holdsAll(facts.replaces, (id) => isRecorded(id) || idsIn(listed)(id))) return followed(history, facts);
  const partly = { id: facts.id, recorded: some.map(({ id }) => id), absent };
  return { ...hiding(history, facts), partly: [...history.partly, partly] };
}

/** Neither the classes nor the records that it replaces are looked at any more. */
function hiding(history: History, { id: own, replaces }: Replacing): History {
  const names = replacedIds(replaces);
  const isHidden = (id: string) => names.includes(id);
  const behind = history.recorded.filter(isHidden);
  return {
    ...history,
    known: history.known.filter(({ id }) => !isHidden(id)),
    applied: history.applied.filter(({ id }) => !isHidden(id)),
    behind: behind.length === 0 ? history.behind : new Map([...history.behind, [own, behind]]),
    replacedBy: new Map([...history.replacedBy, ...names.map((id) => [id, own] as const)]),
  };
}

/** As if it were recorded with its present text. */
function counting(history: History, facts: Replacing, replaced: readonly AppliedRevision[]): History {
  const { id, checksums } = facts;
  const appliedAt = replaced.at(-1)?.appliedAt ?? null;
  return {
    ...history,
    applied: [...history.applied, { id, appliedAt, checksums }],
    counted: [...history.counted, id].sort((a, b) => place(history, a) - place(history, b)),
  };
}

function place({ known }: History, id: string): number {
  return known.findIndex((facts) => facts.id === id);
}

/** The classes that it replaces stay. Records without a class are of no interest, since it accounts for them. */
function followed(history: History, { id: own, replaces }: Replacing): History {
  const isListed = idsIn(history.known);
  const unlisted = replacedIds(replaces).filter((id) => !isListed(id));
  return {
    ...history,
    applied: history.applied.filter(({ id }) => !unlisted.includes(id)),
    following: [...history.following, own],
    replacedBy: new Map([...history.replacedBy, ...unlisted.map((id) => [id, own] as const)]),
  };
}

function appliedAs(applied: readonly AppliedRevision[], id: string): AppliedRevision | undefined {
  return applied.find((one) => one.id === id);
}

function idsIn(revisions: readonly { readonly id: string }[]): (id: string) => boolean {
  const ids = new Set(revisions.map(({ id }) => id));
  return (id) => ids.has(id);
}
