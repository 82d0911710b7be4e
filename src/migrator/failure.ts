import { databaseWords, type OrchestratorDbError } from '../errors.js';
import {
  DirectConnectionNeededError,
  LockLostError,
  MigrationAbortedError,
  RecordConflictError,
  RevisionFailedError,
} from '../errors/migration.js';
import { onLiveConnection } from './connections.js';
import type { Session } from './execute.js';
import { CommitUncertain } from './in-transaction.js';
import type { Outcome } from './records/sql.js';

/** A revision that was not recorded. */
export interface Failure {
  readonly error: unknown;
  readonly outcome: Outcome;
  /** Whether it was run outside a transaction. */
  readonly outside: boolean;
}

/** Errors that say all there is to say. */
const STOPS = [LockLostError, MigrationAbortedError, DirectConnectionNeededError, RecordConflictError];

/** Notes the failure, and gives what to throw. */
export async function failed(session: Session, failure: Failure): Promise<OrchestratorDbError> {
  const { queryRunner, log, dialect } = session;
  const { error, outcome, outside } = failure;
  const cause = causeOf(session, error);
  // Whoever does not know whether it was applied does not note that it was not.
  if (!(error instanceof CommitUncertain))
    await onLiveConnection(queryRunner, (live) => log.fail(live, { outcome, error: databaseWords(cause) }));
  if (STOPS.some((stop) => cause instanceof stop)) return cause as OrchestratorDbError;
  const left = whatIsLeft(error, outside, dialect.isDisconnected(error));
  return new RevisionFailedError(outcome.revision, { direction: outcome.direction, left }, cause);
}

/** When the executing connection is gone too, what it said tells more than that the lock is lost. */
function causeOf({ signal, dialect }: Session, error: unknown): unknown {
  if (!signal.aborted) return error;
  const own = error instanceof CommitUncertain || dialect.isDisconnected(error);
  return own && signal.reason instanceof LockLostError ? error : signal.reason;
}

function whatIsLeft(error: unknown, outside: boolean, disconnected: boolean): string {
  if (error instanceof CommitUncertain)
    return 'The connection was lost during its COMMIT: it is applied and recorded, or neither; status tells which. Run it again.';
  if (outside)
    return 'It runs outside a transaction and is not recorded; part of it may be in the database. Mend the cause and run it again.';
  return disconnected
    ? 'The connection is gone, and the database rolls its transaction back: it is as it was before this revision. Run it again.'
    : 'Its transaction was rolled back, the database is as it was before this revision. Mend the cause and run it again.';
}
