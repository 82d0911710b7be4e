import { checkDrift } from '../../drift/check-drift.js';
import { changeJson, hasFindings, reportLines } from '../../drift/report.js';
import { LineLogger } from '../../logger.js';
import { parseSettings } from '../../settings.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { loadDataSource } from '../load-data-source.js';
import type { Project } from '../project.js';

/** Options of `check`, as given. */
export interface CheckOptions {
  /** A file that exports a DataSource; default this project's. */
  readonly dataSource?: string;
  readonly strict: boolean;
  readonly ignore: readonly string[];
  readonly json: boolean;
}

/**
 * Compares the entities with the live schema. Writes nothing.
 *
 * @returns 0 in sync, 2 findings
 */
export async function check(options: CheckOptions, io: Io, project: Project): Promise<ExitCode> {
  const dataSource =
    options.dataSource === undefined ? ownDataSource(io, project) : await loadDataSource(options.dataSource);
  const report = await checkDrift(dataSource, options);
  if (options.json) {
    const { status, dialect, changes, uncomparable, unmanaged, pending } = report;
    io.out(
      JSON.stringify({ status, dialect, changes: changes.map(changeJson), uncomparable, unmanaged, pending }),
    );
  } else {
    const [headline = '', ...lines] = reportLines(report, options.strict);
    io.out(paint(io, hasFindings(report) ? 'bad' : 'good', headline));
    for (const line of lines) io.out(line);
  }
  return hasFindings(report) ? 2 : 0;
}

function ownDataSource(io: Io, project: Project): ReturnType<Project['createDataSource']> {
  const settings = parseSettings(io.env);
  return project.createDataSource(settings, new LineLogger(settings.logLevel, io.err));
}
