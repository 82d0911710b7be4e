/** The last line of a run, or its JSON document. */

import type { RunReport } from '../errors/run-ended.js';
import type { Io } from './io.js';
import { printDocument } from './print-document.js';

/** Reports the outcome of a run: a line for people, and one JSON document with --json. */
export function reportOutcome(report: RunReport, io: Io, { json }: { readonly json: boolean }): void {
  const idle = report.done.length === 0;
  (json ? io.err : io.out)(`${idle ? 'nothing to do, ' : ''}at ${report.current ?? 'base'}`);
  if (json) printDocument(io, 'run', { status: idle ? 'nothing-to-do' : 'done', ...report });
}
