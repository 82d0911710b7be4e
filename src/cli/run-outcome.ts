/** The last line of a run, or its JSON document. */

import type { RunReport } from '../errors/run-ended.js';
import type { Io } from './io.js';
import { printDocument } from './print-document.js';

/** The contract revisions that wait, a line for each reason. */
export function awaitingLines({
  awaitingContract = [],
}: Pick<RunReport, 'awaitingContract'>): readonly string[] {
  const reasons = [...new Set(awaitingContract.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = awaitingContract.filter((one) => one.reason === reason).map(({ id }) => id);
    return `awaiting contract ${ids.join(', ')}: ${reason}`;
  });
}

/** Reports the outcome of a run: a line for people, and one JSON document with --json. */
export function reportOutcome(report: RunReport, io: Io, { json }: { readonly json: boolean }): void {
  const idle = report.done.length === 0;
  const say = json ? io.err : io.out;
  say(`${idle ? 'nothing to do, ' : ''}at ${report.current ?? 'base'}`);
  for (const words of awaitingLines(report)) say(words);
  if (json) printDocument(io, 'run', { status: idle ? 'nothing-to-do' : 'done', ...report });
}
