import { inspect } from 'node:util';
import { messageOf, OrchestratorDbError } from './base.js';
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
      `${database}: after ${waitMs / 1000} s these revisions are still pending: ${shortList(pending)}. Run npx orchestrator-db up -d <file>, or an application with onStart: 'migrate', or use a longer waitMs.`,
    );
  }
}

/** A file of entities or migrations, or a module that it imports, throws while it is loaded. */
export class SourceFailedError extends OrchestratorDbError {
  readonly code = 'SOURCE_FAILED';

  /** @param cause what it throws */
  constructor(cause: unknown) {
    super(
      `The database answered, but the entities and migrations of the DataSource cannot be loaded: ${firstLine(cause)}${placeOf(cause)}. Fix that, then run the command again.`,
      { cause },
    );
  }
}

function firstLine(cause: unknown): string {
  return (messageOf(cause).split('\n')[0] ?? '').replace(/[.:]$/, '');
}

/** The first frame of the stack in a file, since neither TypeORM nor Node names the file that fails. */
function placeOf(cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const [, place] = /^ +at .*?((?:file:\/\/)?(?:\/|[A-Z]:\\)[^():]+:\d+):\d+\)?$/m.exec(stack) ?? [];
  return place === undefined ? '' : ` (${place.replace(/^file:\/\//, '')})`;
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

/** The page of a database would be open to everyone in production. */
export class PageUnguardedError extends OrchestratorDbError {
  readonly code = 'PAGE_UNGUARDED';

  constructor(readonly path: string) {
    super(
      `DatabaseModule: the page ${path} has no guard, and NODE_ENV is production. The page shows tables, statements and errors. Specify page.guard, or remove page.`,
    );
  }
}
