import type { RunReport } from '../errors/run-ended.js';
import type { Io } from './io.js';
import { printDocument } from './print-document.js';

/** Tells how a run has ended: a line for people, and one JSON document where that was asked for. */
export function reportOutcome(report: RunReport, io: Io, { json }: { readonly json: boolean }): void {
  const idle = report.done.length === 0;
  (json ? io.err : io.out)(`${idle ? 'nothing to do, ' : ''}at ${report.current ?? 'base'}`);
  if (json) printDocument(io, 'run', { status: idle ? 'nothing-to-do' : 'done', ...report });
}
