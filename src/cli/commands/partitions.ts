import { UsageError } from '../../errors/base.js';
import { keepPartitions, type KeepReport } from '../../partitions/keep-partitions.js';
import { mergePartitions } from '../../partitions/merge-partitions.js';
import { readPartitions } from '../../partitions/read-partitions.js';
import type { ExitCode } from '../io.js';
import { reading, reverting, type CommandContext, type DataSourceOption } from '../open.js';
import { keepLines, partitionLines } from '../partition-lines.js';
import { printDocument } from '../print-document.js';

/** Options of `partitions`, as given. */
export interface PartitionsOptions extends DataSourceOption {
  readonly plan: boolean;
  readonly detach: boolean;
  readonly moveDefault: boolean;
  readonly splitFirst: boolean;
  readonly json: boolean;
}

/** Lists the partitioned tables, keeps them, or makes one partition of those of a table. */
export async function partitions(
  { action, table }: { readonly action: string | undefined; readonly table: string | undefined },
  options: PartitionsOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (action === 'keep' && table === undefined) return keep(options, context);
  if (action !== undefined && action !== 'merge')
    throw new UsageError(
      `partitions: "${table ?? action}" is unknown. Use partitions, partitions keep, or partitions merge TABLE`,
    );
  assertNoneOfKeep(options, action);
  if (action === undefined) return list(options, context);
  if (table === undefined) throw new UsageError('partitions merge requires a table: partitions merge TABLE');
  return merge(table, options, context);
}

function assertNoneOfKeep(options: PartitionsOptions, action: string | undefined): void {
  const [first] = Object.entries({
    '--plan': options.plan,
    '--detach': options.detach,
    '--move-default': options.moveDefault,
    '--split-first': options.splitFirst,
  }).flatMap(([name, is]) => (is ? [name] : []));
  if (first === undefined) return;
  throw new UsageError(
    action === undefined
      ? `${first} is an option of partitions keep. partitions alone lists the tables`
      : `${first} is an option of partitions keep. partitions merge has none`,
  );
}

/** Writes nothing. */
async function list(options: PartitionsOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const tables = await reading(options, context, readPartitions);
  if (options.json) printDocument(io, 'partitions', { tables });
  else for (const text of partitionLines(tables, io)) io.out(text);
  return 0;
}

/** Ctrl-C and SIGTERM end it between two partitions. */
async function keep(options: PartitionsOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const { plan, detach, moveDefault, splitFirst } = options;
  const connected = plan ? reading : reverting;
  const report = await connected(options, context, (dataSource) =>
    io.whileStoppable((signal) =>
      keepPartitions(dataSource, { plan, detach, moveDefault, splitFirst, signal }),
    ),
  );
  return printed(report, options, context);
}

/** Ctrl-C and SIGTERM end it between two batches. */
async function merge(table: string, options: PartitionsOptions, context: CommandContext): Promise<ExitCode> {
  const report = await reverting(options, context, (dataSource) =>
    context.io.whileStoppable((signal) => mergePartitions(dataSource, table, signal)),
  );
  return printed(report, options, context);
}

function printed(report: KeepReport, { json }: PartitionsOptions, { io }: CommandContext): ExitCode {
  if (json) printDocument(io, 'partitions-keep', report);
  else for (const text of keepLines(report, io)) io.out(text);
  return codeOf(report);
}

/** What was refused is unsafe, and what failed is a failure. */
function codeOf({ tables }: KeepReport): ExitCode {
  const reasons = tables.flatMap(({ refused }) => refused.map(({ reason }) => reason));
  if (reasons.includes('failed')) return 1;
  return reasons.length > 0 ? 3 : 0;
}
