import type { DataSource } from 'typeorm';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import type { DriftReport } from '../../drift/drift-report.js';
import {
  acceptedJson,
  changesJson,
  hasFindings,
  nextSteps,
  reportLines,
  staleLines,
} from '../../drift/report.js';
import { AcceptedDriftStaleError } from '../../errors/accepted-drift.js';
import { UsageError } from '../../errors/base.js';
import type { Repair } from '../../generate/repair/plan-repair.js';
import { describeChange } from '../../schema/describe-change.js';
import { acceptedBefore, assertReasoned, fileOf, rewriteAccepted, type AcceptOptions } from '../accept.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { checkRecorded } from '../check-recorded.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { printScriptText } from '../print-script.js';
import { repairFor, repairJson, repairScript } from '../repair.js';

/** Options of `check`, as given. */
export interface CheckOptions extends DataSourceOption, AcceptOptions {
  readonly strict: boolean;
  readonly ignore: readonly string[];
  readonly repair: boolean;
  /** Whether to read the entities although a build has recorded their schema. */
  readonly fresh: boolean;
  readonly json: boolean;
}

/** What the command found, and the statements of `--repair`. */
interface Found {
  readonly report: DriftReport;
  readonly repair: Repair | undefined;
  readonly origin: DesiredOrigin;
}

/** Where the schema comes from that the database is to have. */
interface DesiredOrigin {
  readonly desiredFrom: 'manifest' | 'entities';
  /** Why the entities were read. */
  readonly manifestUnused?: string;
}

/**
 * Compares the entities with the live schema. Writes nothing to the database; `--accept` and `--prune` write the file
 * of accepted differences, and `--repair` prints SQL.
 *
 * @returns 0 in sync, 2 findings
 * @throws AcceptedDriftStaleError for accepted differences that match nothing
 */
export async function check(options: CheckOptions, context: CommandContext): Promise<ExitCode> {
  assertFitting(options);
  const { io } = context;
  const before = await acceptedBefore(options);
  const found = await findDrift(options, context, before);
  const { report } = found;
  if (!options.json) printFound(found, options, io);
  if (report.stale.length > 0)
    throw new AcceptedDriftStaleError(
      fileOf(options),
      staleLines(report),
      report.changes.map(describeChange),
    );
  if (options.json) printJson(found, io);
  return hasFindings(report) ? 2 : 0;
}

async function findDrift(
  options: CheckOptions,
  context: CommandContext,
  before: AcceptedDrift | undefined,
): Promise<Found> {
  const needed = entitiesFor(options);
  const recorded =
    needed === undefined
      ? await checkRecorded(options, context, { ...options, accepted: before })
      : { unused: needed };
  if ('report' in recorded)
    return { report: recorded.report, repair: undefined, origin: { desiredFrom: 'manifest' } };
  const { reading } = await import('../open.js');
  return reading(options, context, async (dataSource) => {
    const report = await reportOn({ dataSource, before }, options, context.io);
    const repair = options.repair ? await repairFor(dataSource, report, before) : undefined;
    return { report, repair, origin: { desiredFrom: 'entities', manifestUnused: recorded.unused } };
  });
}

/** Why a check reads the entities, a sentence; undefined where a build may have recorded what it needs. */
function entitiesFor({ fresh, accept, prune, repair }: CheckOptions): string | undefined {
  if (fresh) return '--fresh reads the entities.';
  if (accept !== undefined || prune) return '--accept and --prune compare with the entities.';
  return repair ? '--repair plans with the entities.' : undefined;
}

function assertFitting(options: CheckOptions): void {
  assertReasoned(options);
  if (options.repair && (options.accept !== undefined || options.prune))
    throw new UsageError('--repair only prints SQL: run it without --accept and --prune');
}

/** The report, after what `--accept` and `--prune` change. */
async function reportOn(
  { dataSource, before }: { readonly dataSource: DataSource; readonly before: AcceptedDrift | undefined },
  options: CheckOptions,
  io: Io,
): Promise<DriftReport> {
  const { checkAgainst } = await import('../../drift/check-drift.js');
  const report = await checkAgainst(dataSource, { ...options, accepted: before });
  if (options.accept === undefined && !options.prune) return report;
  const say = options.json ? io.err : io.out;
  const accepted = await rewriteAccepted({ dataSource, report, before }, options, say);
  return accepted ? checkAgainst(dataSource, { ...options, accepted }) : report;
}

/** With `--repair`, standard output is a script, and the report is beside it. */
function printFound({ report, repair }: Found, { strict }: CheckOptions, io: Io): void {
  const say = repair ? io.err : io.out;
  const [headline = '', ...lines] = reportLines(report, strict);
  say(paint(io, hasFindings(report) ? 'bad' : 'good', headline));
  for (const line of [...lines, ...(repair ? [] : nextSteps(report).map(io.asTyped))]) say(line);
  if (repair) printScriptText(repairScript(repair, report.dialect), io);
}

function printJson({ report, repair, origin }: Found, io: Io): void {
  const {
    status,
    dialect,
    accepted,
    uncomparable,
    unmanaged,
    pending,
    awaitingContract,
    newerContract,
    partlyReplaced,
    standby,
    citusWorker,
    subscriptions,
    notes,
  } = report;
  printDocument(io, 'check', {
    status,
    dialect,
    changes: changesJson(report),
    accepted: accepted.map(acceptedJson),
    uncomparable,
    unmanaged,
    pending,
    ...(awaitingContract ? { awaitingContract } : {}),
    ...(newerContract === undefined ? {} : { newerContract }),
    ...(partlyReplaced ? { partlyReplaced } : {}),
    ...(repair ? { repair: repairJson(repair) } : {}),
    ...(notes ? { notes } : {}),
    ...(standby ? { standby } : {}),
    ...(citusWorker ? { citusWorker } : {}),
    ...(subscriptions ? { subscriptions } : {}),
    ...origin,
  });
}
