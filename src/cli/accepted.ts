import type { Command } from 'commander';
import {
  ACCEPTED_FILE,
  loadAccepted,
  readAccepted,
  type AcceptedDrift,
} from '../drift/accepted/accepted-file.js';
import type { DriftReport } from '../drift/drift-report.js';
import { staleLines } from '../drift/report.js';
import type { ShowText } from './io.js';

/** The option of every command that compares a database with the entities. */
export interface AcceptedOption {
  /** The file of the accepted differences; default `accepted-drift.json` in the working directory. */
  readonly accepted?: string;
}

/** Adds the option that names the file of the accepted differences. */
export function withAccepted(command: Command): Command {
  return command.option(
    '--accepted <file>',
    `the file of accepted differences (default: ${ACCEPTED_FILE}, if it exists)`,
  );
}

/** The accepted differences. Only the default file may be missing. @throws AcceptedDriftInvalidError */
export function acceptedFor({ accepted }: AcceptedOption): Promise<AcceptedDrift | undefined> {
  return accepted === undefined ? readAccepted(ACCEPTED_FILE) : loadAccepted(accepted);
}

/** Entries that match nothing stop no release: the database may have been repaired. `check` reports them as an error. */
export function warnOfStale(report: DriftReport, file: string, say: ShowText): void {
  for (const line of staleLines(report)) say(`warning: ${file}: ${line}; check --prune removes the entry`);
}
