import { OrchestratorDbError } from './base.js';

/** The database that a connection to a scratch database reaches instead. */
export interface WrongDatabase {
  /** The scratch database that was created. */
  readonly scratch: string;
  /** Where it was created, with the password masked. */
  readonly server: string;
  /** The database that the connection reaches. */
  readonly reached: string;
  /** Objects in a database that must be empty; none where it is another database. */
  readonly holds?: readonly string[];
}

/** The set-up of scratch databases fails: a statement of its file, or the table of an entity that excludes it. */
export class ScratchSetupError extends OrchestratorDbError {
  readonly code = 'SCRATCH_SETUP';

  /**
   * @param where the file and the line, or the table
   * @param reason a sentence
   */
  constructor(
    readonly where: string,
    reason: string,
    cause: unknown,
  ) {
    super(`The set-up of scratch databases fails: ${where}: ${reason} Nothing was changed. ${SETUP_REMEDY}`, {
      cause,
    });
  }
}

const SETUP_REMEDY =
  'Correct scratch/setup.sql or the file that SCRATCH_SETUP names: it creates what the revisions need and do not create themselves.';

const WAY_OUT =
  'Set SCRATCH_DATABASE_URL to the address of the PostgreSQL server itself, or unset it to use the embedded server.';

/** A scratch database was created, but no connection reaches it through the specified address. */
export class ScratchUnreachableError extends OrchestratorDbError {
  readonly code = 'SCRATCH_DATABASE_UNREACHABLE';

  /**
   * @param server where it was created, with the password masked
   * @param reason the message of the server or the pooler
   */
  constructor(
    readonly scratch: string,
    { server, reason, cause }: { readonly server: string; readonly reason: string; readonly cause: unknown },
  ) {
    super(
      `The scratch database ${scratch} was created on ${server}, but a connection to ${scratch} fails: ${reason} Nothing was changed. ` +
        `A pooler or proxy in between does not know the new database, or reads from a standby that does not have it yet. ${WAY_OUT}`,
      { cause },
    );
  }
}

/**
 * A connection to a scratch database reaches a database that this process did not create, or one that is not empty.
 * Only the statement that checks this was sent to it.
 */
export class WrongScratchDatabaseError extends OrchestratorDbError {
  readonly code = 'SCRATCH_DATABASE_WRONG';

  constructor(readonly found: WrongDatabase) {
    super(wordsFor(found));
  }
}

function wordsFor({ scratch, server, reached, holds = [] }: WrongDatabase): string {
  if (holds.length > 0)
    return (
      `The new scratch database ${scratch} on ${server} is not empty: it contains ${holds.join(', ')}. Nothing was changed. ` +
      'The template of new databases (template0) contains them. Drop them there, or unset SCRATCH_DATABASE_URL to use the embedded server.'
    );
  const other = reached === scratch ? `another database with the name ${reached}` : `the database ${reached}`;
  return (
    `The scratch database ${scratch} was created on ${server}, but a connection to ${scratch} reaches ${other}. Nothing was changed in it. ` +
    `A pooler or proxy in between maps every name to one database, or uses several servers. ${WAY_OUT}`
  );
}
