import type { DataSource } from 'typeorm';
import { acceptedNow } from '../drift/accepted/accept.js';
import type { AcceptedDifference } from '../drift/accepted/accepted-difference.js';
import {
  ACCEPTED_FILE,
  acceptedText,
  readAccepted,
  type AcceptedDrift,
} from '../drift/accepted/accepted-file.js';
import type { DriftReport } from '../drift/drift-report.js';
import { AcceptedDriftInvalidError } from '../errors/accepted-drift.js';
import { messageOf, UsageError } from '../errors/base.js';
import { putInPlace } from '../generate/write/files.js';
import { assertWhole } from '../migrator/plan.js';
import { recordsSome } from '../migrator/recorded.js';
import { acceptedFor, type AcceptedOption } from './accepted.js';
import type { ShowText } from './io.js';

/** The options of `check` that change the file of accepted differences. */
export interface AcceptOptions extends AcceptedOption {
  /** True for every difference, or the names of objects. */
  readonly accept?: true | readonly string[];
  readonly reason?: string;
  /** Whether to remove entries that match nothing. */
  readonly prune: boolean;
}

/** @throws UsageError unless `--accept` and `--reason` are given together */
export function assertReasoned({ accept, reason }: AcceptOptions): void {
  if (accept !== undefined && (reason === undefined || reason.trim() === ''))
    throw new UsageError(
      '--accept requires a reason, for the person who reads the file later: --accept --reason "named by hand in 2021"',
    );
  if (accept === undefined && reason !== undefined)
    throw new UsageError('--reason belongs to --accept: --accept --reason "named by hand in 2021"');
}

/** The entries before the command; `--accept` creates a file that is missing. @throws AcceptedDriftInvalidError */
export function acceptedBefore(options: AcceptOptions): Promise<AcceptedDrift | undefined> {
  return options.accept === undefined ? acceptedFor(options) : readAccepted(fileOf(options));
}

/** The file in messages, as it was given. */
export function fileOf({ accepted = ACCEPTED_FILE }: AcceptedOption): string {
  return accepted;
}

/** A report, and the entries that it was compared with. */
interface Reported {
  readonly dataSource: DataSource;
  readonly report: DriftReport;
  readonly before: AcceptedDrift | undefined;
}

/**
 * Writes what the options change: entries that are there keep their reasons.
 *
 * @returns the entries afterwards; undefined where nothing changes
 * @throws UsageError, AcceptRefusedError, AcceptedDriftInvalidError; nothing is written then
 */
export async function rewriteAccepted(
  { dataSource, report, before }: Reported,
  options: AcceptOptions,
  say: ShowText,
): Promise<AcceptedDrift | undefined> {
  const added = await addedBy(options, report, dataSource);
  const removed = options.prune ? report.stale.map(({ entry }) => entry) : [];
  const file = fileOf(options);
  if (options.accept !== undefined || added.length > 0) say(countOf(added, 'accepted', `in ${file}`));
  if (options.prune) say(countOf(removed, 'removed', `from ${file}`));
  if (added.length + removed.length === 0) return undefined;
  const kept = (before?.entries ?? []).filter((entry) => !removed.includes(entry));
  const entries = [...kept, ...added];
  await write(file, acceptedText(entries));
  return { file, entries };
}

async function addedBy(
  { accept, reason = '' }: AcceptOptions,
  report: DriftReport,
  dataSource: DataSource,
): Promise<readonly AcceptedDifference[]> {
  if (accept === undefined) return [];
  assertWhole({ partly: report.partlyReplaced ?? [] });
  const recorded = report.pending.length > 0 && (await recordsSome(dataSource));
  const names = accept === true ? undefined : accept;
  return acceptedNow(report, { names, reason: reason.trim(), recorded });
}

function countOf({ length }: readonly unknown[], verb: string, place: string): string {
  const many = length === 0 ? 'nothing' : length === 1 ? '1 difference' : `${length} differences`;
  return `${verb} ${many} ${place}`;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await putInPlace({ replaced: [{ path, text }] });
  } catch (error) {
    throw new AcceptedDriftInvalidError(
      path,
      `the file cannot be written: ${messageOf(error)}`,
      'Nothing was accepted.',
    );
  }
}
