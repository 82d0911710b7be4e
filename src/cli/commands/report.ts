import type { DataSource } from 'typeorm';
import { isOwnError } from '../../errors/base.js';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import { knowSnapshot } from '../../drift/known-views.js';
import type { Known } from '../../report/known.js';
import { reportPage } from '../../report/page.js';
import { readCode } from '../../report/read-code.js';
import { readLive } from '../../report/read-live.js';
import type { LiveFacts, Report } from '../../report/report.js';
import { acceptedFor, type AcceptedOption } from '../accepted.js';
import { loadDescribed } from '../described.js';
import type { ExitCode } from '../io.js';
import { reading, type CommandContext, type DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { snapshotOf } from '../snapshot-of.js';
import { unconnected } from '../unconnected.js';
import { writeOutput } from '../write-output.js';

/** Options of `report`, as given. */
export interface ReportOptions extends DataSourceOption, AcceptedOption {
  readonly output: string;
  readonly json: boolean;
}

/**
 * Writes one HTML file about the entities, the revisions and the database, which is only read. Without a database that
 * answers, the file has no live part.
 *
 * @throws OutputNotWrittenError, AcceptedDriftInvalidError
 */
export async function report(options: ReportOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = options;
  const accepted = await acceptedFor(options);
  const dataSource = await unconnected(options, context);
  knowFound(dataSource);
  await loadDescribed(dataSource);
  const code = await readCode(dataSource);
  const live = await liveOf(options, context, accepted);
  const made: Report = { ...code, madeAt: new Date(context.project.today()).toISOString(), live };
  const page = reportPage(made);
  await writeOutput(output, page);
  tell(made, Buffer.byteLength(page), { options, context });
  return 0;
}

function knowFound(dataSource: DataSource): void {
  const file = snapshotOf(dataSource);
  if (file !== undefined) knowSnapshot(dataSource, file);
}

/** Only a database that does not answer is left out; other errors are those of the command. */
async function liveOf(
  options: DataSourceOption,
  context: CommandContext,
  accepted: AcceptedDrift | undefined,
): Promise<Known<LiveFacts>> {
  const read = (dataSource: DataSource) => {
    knowFound(dataSource);
    return readLive(dataSource, { accepted });
  };
  try {
    return { value: await reading(options, context, read) };
  } catch (error) {
    if (!isOwnError(error) || error.code !== 'CONNECT_FAILED') throw error;
    return { problem: error.message };
  }
}

function tell(
  { schema, revisions, live }: Report,
  bytes: number,
  { options, context }: { readonly options: ReportOptions; readonly context: CommandContext },
): void {
  const { io } = context;
  const { output: file, json } = options;
  const problem = 'problem' in live ? live.problem : null;
  const counts = { tables: schema.tables.length, revisions: revisions.length };
  if (json) printDocument(io, 'report', { file, bytes, ...counts, live: problem === null, problem });
  else
    io.out(
      `${file}: ${Math.ceil(bytes / 1024)} kB, ${counts.tables} tables, ${counts.revisions} revisions${problem === null ? '' : ', no live part'}`,
    );
  if (problem !== null) io.err(`note: The report has no live part: ${problem}`);
}
