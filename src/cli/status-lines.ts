/** The lists of revisions that `status` prints. They fit the terminal; several revisions of one change are one line. */

import type { AppliedStatus, Status, Verification } from '../migrator/status.js';
import { duration } from './duration.js';
import { fittedLines, type Cell } from './fitted-lines.js';
import type { Io } from './io.js';
import { revisionGroups, type RevisionGroup } from './revision-groups.js';

/** How many lines of applied revisions are printed without `--all`. */
const APPLIED_LINES = 10;

/** What is not clear by its name. */
const VERIFICATIONS: Partial<Record<Verification, string>> = {
  replaced: 'recorded by the next up: what it replaces is applied',
};

/** The pending revisions, in the order in which they run. */
export function pendingLines({ pending, outOfOrder, revisions }: Status, io: Io): readonly string[] {
  const isLate = (id: string) => outOfOrder.includes(id);
  const groups = revisionGroups(pending, (one, other) => isLate(one) === isLate(other));
  const rows = groups.map((group) => [
    name(nameOf(group)),
    fact(isLate(group.id) ? 'out of order' : ''),
    words(descriptionIn(revisions, group.id)),
  ]);
  return listed('pending', rows, io);
}

/** The contract revisions that wait, and for what. */
export function contractLines({ awaitingContract = [], revisions }: Status, io: Io): readonly string[] {
  const rows = awaitingContract.map(({ id, reason }) => [
    name(id),
    fact(reason === null ? 'may run now' : `waits: ${reason}`),
    words(descriptionIn(revisions, id)),
  ]);
  return listed('awaiting contract', rows, io);
}

/** The applied revisions, newest first; without `all` the newest lines only. */
export function appliedLines({ applied }: Status, io: Io, all: boolean): readonly string[] {
  const byId = new Map(applied.map((revision) => [revision.id, revision]));
  const ids = applied.map(({ id }) => id);
  const isAlike = (one: string, other: string) =>
    !all && byId.get(one)?.verification === byId.get(other)?.verification;
  const groups = [...revisionGroups(ids, isAlike)].reverse();
  const shown = all ? groups : groups.slice(0, APPLIED_LINES);
  const rows = shown.flatMap((group) => {
    const revision = byId.get(group.id);
    return revision ? [appliedCells(revision, group, io.today())] : [];
  });
  const older = groups.slice(shown.length).flatMap(({ ids: left }) => left).length;
  return [...listed('applied', rows, io), ...(older > 0 ? [`  ${older} older ones: --all`] : [])];
}

function appliedCells(
  { appliedAt, verification, description }: AppliedStatus,
  group: RevisionGroup,
  now: number,
): readonly Cell[] {
  return [
    name(nameOf(group)),
    fact(appliedAt?.replace(/\.\d+Z$/, 'Z') ?? 'time unknown'),
    fact(appliedAt === null ? '' : `${duration(Math.max(0, now - Date.parse(appliedAt)))} ago`),
    fact(VERIFICATIONS[verification] ?? verification),
    words(description),
  ];
}

function listed(title: string, rows: readonly (readonly Cell[])[], { columns }: Io): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...fittedLines(rows, columns)];
}

/** With how many more there are: `AddNote1795663574228 (+2)`. */
function nameOf({ id, ids }: RevisionGroup): string {
  return ids.length === 1 ? id : `${id} (+${ids.length - 1})`;
}

function descriptionIn(revisions: Status['revisions'], id: string): string {
  return revisions.find((revision) => revision.id === id)?.description ?? '';
}

function name(text: string): Cell {
  return { text, as: 'name' };
}

function fact(text: string): Cell {
  return { text, as: 'fact' };
}

function words(text: string): Cell {
  return { text, as: 'words' };
}
