/** The report as lines and as JSON, and whether it has findings. */

import { sidesOf, type Difference } from '../schema/change.js';
import { describeChange, listed } from '../schema/describe-change.js';
import type { PartlyReplaced } from '../migrator/history.js';
import { STANDBY_NOTE, subscriberNote, WORKER_NOTE } from '../migrator/where.js';
import type { Uncomparable } from '../schema/model.js';
import { counted } from '../text/counted.js';
import { shortList } from '../text/short-list.js';
import { entryWords } from './accepted/accepted-difference.js';
import type { AcceptedChange } from './accepted/apply-accepted.js';
import type { DriftReport } from './drift-report.js';
import type { ExplainedDifference } from './pending-causes.js';

/** A change as `check --json` prints it. */
interface ChangeJson {
  readonly kind: string;
  readonly table: string;
  readonly object: string;
  readonly aspects: readonly string[];
  readonly desired: string | null;
  readonly live: string | null;
  readonly message: string;
}

/** A difference as `check --json` prints it. */
export interface DifferenceJson extends ChangeJson {
  /** Pending revisions whose statements name the object; absent where there are none. */
  readonly pending?: readonly string[];
}

/** An accepted change as `check --json` prints it. */
export interface AcceptedJson extends ChangeJson {
  readonly reason: string;
}

/** An accepted change with both sides as text. */
export function acceptedJson({ change, reason }: AcceptedChange): AcceptedJson {
  return { ...changeJson(change), reason };
}

/** A change with both sides as text. */
export function changeJson(change: Difference): ChangeJson {
  const { kind, table, object } = change;
  const aspects = 'aspects' in change ? change.aspects : [];
  const { desired, live } = sidesOf(change);
  return { kind, table, object, aspects, desired, live, message: describeChange(change) };
}

/** The changes of a report, each with the pending revisions that explain it. */
export function changesJson({ changes, explained = [] }: DriftReport): readonly DifferenceJson[] {
  return changes.map((change) => {
    const pending = pendingOf(change, explained);
    return { ...changeJson(change), ...(pending.length > 0 ? { pending } : {}) };
  });
}

function pendingOf(
  change: Difference,
  explained: readonly ExplainedDifference[],
): ExplainedDifference['pending'] {
  return explained.find((one) => one.change === change)?.pending ?? [];
}

/** The report as people read it: what it comes to in the first line, then table by table. */
export function reportLines(report: DriftReport, strict: boolean): readonly string[] {
  const {
    changes,
    accepted,
    uncomparable,
    unmanaged,
    pending,
    explained = [],
    partlyReplaced = [],
    standby,
    citusWorker,
    subscriptions,
    notes = [],
    awaitingContract = [],
    newerContract,
  } = report;
  return [
    headline(report),
    ...(newerContract === undefined ? [] : [tooOldNote(newerContract)]),
    ...(standby ? [STANDBY_NOTE] : []),
    ...(citusWorker ? [WORKER_NOTE] : []),
    ...(subscriptions ? [subscriberNote(subscriptions)] : []),
    ...grouped(changes, explained),
    ...section('accepted differences', acceptedLines(accepted)),
    ...section('cannot be compared', uncomparable.map(uncomparableLine)),
    ...section(
      strict ? 'declared by no entity' : 'declared by no entity (drift only with --strict)',
      unmanaged.map(({ kind, object }) => `${kind} ${object}`),
    ),
    ...section('pending revisions', pending),
    ...section('awaiting contract', awaitingContract),
    ...section(PARTLY_REPLACED, partlyReplaced.map(partLine)),
    ...section('notes', notes),
  ];
}

function tooOldNote(contract: string): string {
  return `this release is older than the applied contract revision ${contract}, which removed what only older releases use; deploy a release that contains it`;
}

/** The title of a list of `partLine`s. */
export const PARTLY_REPLACED = 'only a part of what it replaces is applied';

/** A revision that cannot run, with what is applied of the ones that it replaces. */
export function partLine({ id, recorded, absent }: PartlyReplaced): string {
  return `${id}  applied: ${recorded.join(', ')}; not applied: ${absent.join(', ')}`;
}

/** What to do about differences; empty where there are none. Pending revisions may explain them. */
export function nextSteps({
  changes,
  pending,
  explained = [],
  partlyReplaced = [],
  citusWorker,
  newerContract,
}: DriftReport): readonly string[] {
  if (citusWorker) return section('next steps', ['check the coordinator: set DATABASE_URL to its address']);
  if (partlyReplaced.length > 0)
    return section('next steps', [
      ...partlyReplaced.map(
        ({ absent }) =>
          `deploy the version of the code that still contains ${shortList(absent)}, and run there: npm run -s db:up`,
      ),
      'then deploy this version, run npm run -s db:up, and check again',
    ]);
  // The note about it says what to do: the entities of a newer release, and not these, belong to the database.
  if (changes.length === 0 || newerContract !== undefined) return [];
  const first = pending.length > 0 ? ['apply the pending revisions, then check again: npm run -s db:up'] : [];
  if (explained.length === changes.length) return section('next steps', first);
  return section('next steps', [
    ...first,
    'if the entities changed, write a revision: npm run -s db:generate -- <Name>',
    'if the database changed, undo that, or declare it in the entities',
    'if a difference may stay, accept it: npm run -s db:check -- --accept <name> --reason <why>',
  ]);
}

/** Whether there is anything to look into: drift, something uncomparable, a pending revision, a release too old. */
export function hasFindings(report: DriftReport): boolean {
  const { status, uncomparable, pending, newerContract } = report;
  return status === 'drifted' || uncomparable.length > 0 || pending.length > 0 || newerContract !== undefined;
}

/**
 * Whether an application cannot rely on the schema. A view that is there and cannot be compared is no such reason: after
 * an upgrade of the server, the snapshot lacks its definition for that version.
 */
export function isUnreliable(report: DriftReport): boolean {
  const uncomparable = report.uncomparable.filter((one) => !isUnknownView(one));
  return hasFindings({ ...report, uncomparable });
}

/** The lines about views that cannot be compared. */
export function viewLines({ uncomparable }: DriftReport): readonly string[] {
  return uncomparable.filter(isUnknownView).map(uncomparableLine);
}

function isUnknownView({ kind }: Uncomparable): boolean {
  return kind === 'view';
}

function uncomparableLine({ kind, table, object, reason }: Uncomparable): string {
  return `${kind} ${table}${table && '.'}${object}: ${reason}`;
}

function headline(report: DriftReport): string {
  const { accepted } = report;
  const also = accepted.length > 0 ? `, ${counted(accepted.length, 'accepted difference')}` : '';
  return `${outcome(report)}${also}`;
}

function outcome(report: DriftReport): string {
  const { changes, uncomparable, unmanaged, status, tables, pending } = report;
  if (changes.length > 0) {
    const touched = touchedBy(changes);
    const where = touched === '' ? '' : ` in ${touched}`;
    return `${counted(changes.length, 'difference')}${where}`;
  }
  if (status === 'drifted') return 'objects that no entity declares';
  if (uncomparable.length > 0)
    return `incomplete: ${counted(uncomparable.length, 'object')} cannot be compared`;
  const missing = unmanaged.filter(({ kind }) => kind === 'missing-index').length;
  const first = pending.length > 0 ? `${counted(pending.length, 'revision')} pending; otherwise ` : '';
  const waiting = report.awaitingContract?.length ?? 0;
  const later = waiting > 0 ? `, ${counted(waiting, 'contract revision')} awaiting` : '';
  const but = missing > 0 ? `, but ${counted(missing, 'excluded index', 'excluded indexes')} missing` : '';
  return `${first}in sync (${counted(tables, 'table')})${but}${later}`;
}

/** What the differences are in; empty where no table is among it, since the title then names the objects. */
function touchedBy(changes: readonly Difference[]): string {
  const tables = new Set(changes.map((change) => change.table).filter((table) => table !== '')).size;
  if (tables === 0) return '';
  const others = changes.filter((change) => change.table === '');
  const views = others.filter(isOfView).length;
  return listed([
    counted(tables, 'table'),
    ...(others.length > views ? [counted(others.length - views, 'enumerated type')] : []),
    ...(views > 0 ? [counted(views, 'view')] : []),
  ]);
}

function grouped(
  changes: readonly Difference[],
  explained: readonly ExplainedDifference[],
): readonly string[] {
  const tables = [...new Set(changes.map((change) => change.table))];
  return tables.flatMap((table) => {
    const own = changes.filter((change) => change.table === table);
    return [
      '',
      table === '' ? titleOf(own) : table,
      ...own.map(
        (change) => `  ${markOf(change)} ${describeChange(change)}${pendingWords(change, explained)}`,
      ),
    ];
  });
}

function pendingWords(change: Difference, explained: readonly ExplainedDifference[]): string {
  const pending = pendingOf(change, explained);
  if (pending.length === 0) return '';
  return ` Pending ${pending.length === 1 ? 'revision' : 'revisions'}: ${shortList(pending)}.`;
}

/** Reason by reason: many differences often have the same one. */
function acceptedLines(accepted: readonly AcceptedChange[]): readonly string[] {
  const reasons = [...new Set(accepted.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => [
    reason,
    ...accepted
      .filter((one) => one.reason === reason)
      .map(({ change }) => `  ${markOf(change)} ${describeChange(change)}`),
  ]);
}

/** Each entry of the accepted differences that matches none, and why. */
export function staleLines({ stale }: Pick<DriftReport, 'stale'>): readonly string[] {
  return stale.map(({ entry, problem }) => `${entryWords(entry)}: ${problem}`);
}

/** What belongs to no table: enumerated types and views. */
function titleOf(changes: readonly Difference[]): string {
  const titles = [changes.every(isOfView) ? '' : 'enumerated types', changes.some(isOfView) ? 'views' : ''];
  return titles.filter((title) => title !== '').join(', ');
}

function isOfView({ kind }: Difference): boolean {
  return kind.endsWith('-view');
}

/** As in a patch that makes live equal desired. */
function markOf({ kind }: Difference): string {
  return kind.startsWith('alter-') ? '~' : kind.startsWith('drop-') ? '-' : '+';
}

/** A titled list; nothing at all where it is empty. */
export function section<Title>(title: Title, lines: readonly string[]): readonly (Title | string)[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
