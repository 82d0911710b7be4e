import { RunEndedError } from './run-ended.js';

/** The name of the list of applied revisions leads to another table than when the run began, or to none. */
export class RecordsReplacedError extends RunEndedError {
  readonly code = 'RECORDS_REPLACED';

  /**
   * @param list the list of revisions, as SQL writes it
   * @param about what is left of the revision, and the error of the database
   */
  constructor(
    readonly revision: string,
    readonly list: string,
    { left, cause }: { readonly left: string; readonly cause?: unknown },
  ) {
    super(
      `${revision}: ${list} is no longer the table in which this run began: a schema or a table was renamed, moved or restored meanwhile. ${left} ` +
        'What this run did before is in the former schema. Check which schema the application uses, then run the command again.',
      { cause },
    );
  }
}
