import { UsageError } from '../../errors/base.js';
import { keepPartitions, type KeepReport } from '../../partitions/keep-partitions.js';
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
  readonly json: boolean;
}

/** Lists the partitioned tables, or keeps them. */
export async function partitions(
  action: string | undefined,
  options: PartitionsOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (action === 'keep') return keep(options, context);
  if (action !== undefined)
    throw new UsageError(`partitions: "${action}" is unknown. Use partitions, or partitions keep`);
  const [first] = Object.entries({
    '--plan': options.plan,
    '--detach': options.detach,
    '--move-default': options.moveDefault,
  }).flatMap(([name, is]) => (is ? [name] : []));
  if (first !== undefined)
    throw new UsageError(`${first} is an option of partitions keep. partitions alone lists the tables`);
  return list(options, context);
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
  const { plan, detach, moveDefault } = options;
  const connected = plan ? reading : reverting;
  const report = await connected(options, context, (dataSource) =>
    io.whileStoppable((signal) => keepPartitions(dataSource, { plan, detach, moveDefault, signal })),
  );
  if (options.json) printDocument(io, 'partitions-keep', report);
  else for (const text of keepLines(report, io)) io.out(text);
  return codeOf(report);
}

/** What was refused is unsafe, and what failed is a failure. */
function codeOf({ tables }: KeepReport): ExitCode {
  const reasons = tables.flatMap(({ refused }) => refused.map(({ reason }) => reason));
  if (reasons.includes('failed')) return 1;
  return reasons.length > 0 ? 3 : 0;
}
