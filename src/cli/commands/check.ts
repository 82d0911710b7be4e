import type { DataSource } from 'typeorm';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import { checkAgainst } from '../../drift/check-drift.js';
import type { DriftReport } from '../../drift/drift-report.js';
import {
  acceptedJson,
  changeJson,
  hasFindings,
  nextSteps,
  reportLines,
  staleLines,
} from '../../drift/report.js';
import { AcceptedDriftStaleError } from '../../errors/accepted-drift.js';
import { describeChange } from '../../schema/describe-change.js';
import { acceptedBefore, assertReasoned, fileOf, rewriteAccepted, type AcceptOptions } from '../accept.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { reading, type CommandContext, type DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `check`, as given. */
export interface CheckOptions extends DataSourceOption, AcceptOptions {
  readonly strict: boolean;
  readonly ignore: readonly string[];
  readonly json: boolean;
}

/**
 * Compares the entities with the live schema. Writes nothing to the database; `--accept` and `--prune` write the file
 * of accepted differences.
 *
 * @returns 0 in sync, 2 findings
 * @throws AcceptedDriftStaleError for accepted differences that match nothing
 */
export async function check(options: CheckOptions, context: CommandContext): Promise<ExitCode> {
  assertReasoned(options);
  const { io } = context;
  const before = await acceptedBefore(options);
  const report = await reading(options, context, (dataSource) =>
    reportOn({ dataSource, before }, options, io),
  );
  if (!options.json) printReport(report, options, io);
  if (report.stale.length > 0)
    throw new AcceptedDriftStaleError(
      fileOf(options),
      staleLines(report),
      report.changes.map(describeChange),
    );
  if (options.json) printJson(report, io);
  return hasFindings(report) ? 2 : 0;
}

/** The report, after what `--accept` and `--prune` change. */
async function reportOn(
  { dataSource, before }: { readonly dataSource: DataSource; readonly before: AcceptedDrift | undefined },
  options: CheckOptions,
  io: Io,
): Promise<DriftReport> {
  const report = await checkAgainst(dataSource, { ...options, accepted: before });
  if (options.accept === undefined && !options.prune) return report;
  const say = options.json ? io.err : io.out;
  const accepted = await rewriteAccepted({ dataSource, report, before }, options, say);
  return accepted ? checkAgainst(dataSource, { ...options, accepted }) : report;
}

function printReport(report: DriftReport, { strict }: CheckOptions, io: Io): void {
  const [headline = '', ...lines] = reportLines(report, strict);
  io.out(paint(io, hasFindings(report) ? 'bad' : 'good', headline));
  for (const line of [...lines, ...nextSteps(report)]) io.out(line);
}

function printJson(report: DriftReport, io: Io): void {
  const { status, dialect, changes, accepted, uncomparable, unmanaged, pending, standby } = report;
  printDocument(io, 'check', {
    status,
    dialect,
    changes: changes.map(changeJson),
    accepted: accepted.map(acceptedJson),
    uncomparable,
    unmanaged,
    pending,
    ...(standby ? { standby } : {}),
  });
}
