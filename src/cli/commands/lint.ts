import { lintDataSource } from '../../lint/lint.js';
import { lintLines } from '../../lint/report.js';
import type { ExitCode } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { unconnected } from '../unconnected.js';

/** Options of `lint`, as given. */
export interface LintCommandOptions extends DataSourceOption {
  readonly after?: string;
  readonly json: boolean;
}

/**
 * Reports dangerous statements in revisions. Connects to no database.
 *
 * @param names the revisions to check; none means all
 * @returns 0 no findings, 2 findings, 64 an unknown revision
 */
export async function lint(
  names: readonly string[],
  { after, json, ...option }: LintCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io, project } = context;
  const start = after ?? (option.dataSource === undefined ? project.lintAfter : undefined);
  const dataSource = await unconnected({ ...option, dialect: 'postgres' }, context);
  const report = await lintDataSource(dataSource, {
    revisions: names,
    ...(start === undefined ? {} : { after: start }),
  });
  if (json) printDocument(io, 'lint', report);
  else for (const line of lintLines(report, project.pagePath)) io.out(line);
  return report.findings.length > 0 ? 2 : 0;
}
