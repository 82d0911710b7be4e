import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';

/** The file of accepted differences cannot be used as it is. */
export class AcceptedDriftInvalidError extends OrchestratorDbError {
  readonly code = 'ACCEPTED_DRIFT_INVALID';

  /**
   * @param file as it was given
   * @param problem what is wrong and which entry has it, without a full stop
   * @param remedy what to do, a sentence
   */
  constructor(
    readonly file: string,
    readonly problem: string,
    remedy = 'It accepts nothing until it is corrected. Correct it, or restore it from version control.',
  ) {
    super(`${file}: ${problem}. ${remedy}`);
  }
}

/** Entries of the file of accepted differences match no difference of the database. */
export class AcceptedDriftStaleError extends OrchestratorDbError {
  readonly code = 'ACCEPTED_DRIFT_STALE';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];

  /**
   * @param file as it was given
   * @param stale the entries and why they match nothing, one line each
   * @param differences that are not accepted, one sentence each
   */
  constructor(
    readonly file: string,
    readonly stale: readonly string[],
    readonly differences: readonly string[],
  ) {
    const lines = [
      `${file}: ${stale.length === 1 ? 'this entry matches' : `these ${stale.length} entries match`} no difference of the database.`,
      ...stale,
      'If the file belongs to this database, remove them: run the same check with --prune. Another database needs a file of its own: --accepted <file>.',
    ];
    super(lines.join(' '));
    this.lines = lines;
  }
}

/** Differences cannot be accepted now; nothing was written. */
export class AcceptRefusedError extends OrchestratorDbError {
  readonly code = 'ACCEPT_REFUSED';

  /**
   * @param problem the reason, a sentence
   * @param remedy what to do, a sentence
   */
  constructor(problem: string, remedy: string) {
    super(`Nothing was accepted. ${problem} ${remedy}`);
  }
}

/** Pending revisions may remove the differences, so no statements are shown that do the same. */
export class RepairRefusedError extends OrchestratorDbError {
  readonly code = 'REPAIR_REFUSED';

  /** @param pending revisions that are not applied, oldest first */
  constructor(readonly pending: readonly string[]) {
    super(
      `No statements are shown. Pending revisions may remove the differences: ${shortList(pending)}. Apply them first: npm run -s db:up`,
    );
  }
}
