import { checkDrift } from '../../drift/check-drift.js';
import { changeJson, hasFindings, nextSteps, reportLines } from '../../drift/report.js';
import { paint, type ExitCode, type Io } from '../io.js';
import { reading } from '../open.js';
import { printDocument } from '../print-document.js';
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
  const report = await reading(options, { io, project }, (dataSource) => checkDrift(dataSource, options));
  if (options.json) {
    const { status, dialect, changes, uncomparable, unmanaged, pending, standby } = report;
    printDocument(io, 'check', {
      status,
      dialect,
      changes: changes.map(changeJson),
      uncomparable,
      unmanaged,
      pending,
      ...(standby ? { standby } : {}),
    });
  } else {
    const [headline = '', ...lines] = reportLines(report, options.strict);
    io.out(paint(io, hasFindings(report) ? 'bad' : 'good', headline));
    for (const line of [...lines, ...nextSteps(report)]) io.out(line);
  }
  return hasFindings(report) ? 2 : 0;
}
