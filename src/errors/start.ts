import { inspect } from 'node:util';
import { OrchestratorDbError } from './base.js';
import { shortList } from '../text/short-list.js';

/** An application does not start, because the database does not match it. */
export class StartRefusedError extends OrchestratorDbError {
  readonly code = 'START_REFUSED';

  /**
   * @param database with the password masked
   * @param report the findings, line by line
   */
  constructor(
    readonly database: string,
    readonly report: readonly string[],
  ) {
    super([
      `${database} does not match this application, so the application does not start. Apply the pending revisions or fix the drift, then start it again.`,
      ...report,
    ]);
  }
}

/** No process has migrated a database within the time that an application waits for it. */
export class StartWaitError extends OrchestratorDbError {
  readonly code = 'START_WAIT_LIMIT';

  /**
   * @param database with the password masked
   * @param waitMs how long the application waited, milliseconds
   * @param pending revisions that are not applied, oldest first
   */
  constructor(
    readonly database: string,
    waitMs: number,
    readonly pending: readonly string[],
  ) {
    super(
      `${database}: after ${waitMs / 1000} s these revisions are still pending: ${shortList(pending)}. Run orchestrator-db up or an application with onStart: 'migrate', or use a longer waitMs.`,
    );
  }
}

/** An option of DatabaseModule has a value that cannot be used. */
export class DatabaseOptionError extends OrchestratorDbError {
  readonly code = 'DATABASE_OPTION_INVALID';

  /**
   * @param option its name
   * @param wanted the accepted values, in words
   */
  constructor(
    readonly option: string,
    value: unknown,
    wanted: string,
  ) {
    super(`DatabaseModule: ${option} is ${inspect(value)}; it takes ${wanted}.`);
  }
}
