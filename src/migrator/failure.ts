import type { Line } from '../databases/line.js';
import { databaseWords, isOwnError, type OrchestratorDbError } from '../errors/base.js';
import { ContractRefusedError } from '../errors/phases.js';
import { DatabaseReadOnlyError, ServerSilentError } from '../errors/connection.js';
import { ExtensionMissingError } from '../errors/extension.js';
import {
  DirectConnectionNeededError,
  LockLostError,
  MigrationAbortedError,
  PrivilegeMissingError,
  RecordConflictError,
  RecordsChangedError,
  RevisionFailedError,
} from '../errors/migration.js';
import { RecordNotKeptError, RecordNumbersBehindError, TwoSchemasError } from '../errors/records.js';
import { RecordsReplacedError } from '../errors/records-replaced.js';
import { SearchPathsDifferError } from '../errors/search-paths.js';
import { TableHiddenError } from '../errors/server.js';
import { leftAfter } from './record-refusal.js';
import { onLiveConnection } from './connections.js';
import type { MigrationDialect } from '../databases/migration-dialect.js';
import type { Context } from './run-context.js';
import type { RunSession } from './run-session.js';
import { CommitUncertain } from '../databases/commit-uncertain.js';
import { TransactionEnded } from '../databases/transaction-ended.js';
import type { Outcome } from '../databases/records/outcome.js';
import type { Project } from './state.js';

/** A revision that was not recorded. */
interface Failure {
  readonly error: unknown;
  readonly outcome: Outcome;
  /** Whether it was run outside a transaction. */
  readonly outside: boolean;
  /** Whether all of it was run outside a transaction, and only its record failed. */
  readonly isComplete: boolean;
}

/** Errors that need no explanation added. */
const STOPS = [
  LockLostError,
  MigrationAbortedError,
  ServerSilentError,
  DirectConnectionNeededError,
  ExtensionMissingError,
  ContractRefusedError,
  PrivilegeMissingError,
  RecordConflictError,
  RecordsChangedError,
  RecordNotKeptError,
  RecordNumbersBehindError,
  RecordsReplacedError,
  TableHiddenError,
  TwoSchemasError,
  SearchPathsDifferError,
];

/** Notes the failure, and gives what to throw. */
export async function failed(run: RunSession, failure: Failure): Promise<OrchestratorDbError> {
  const { session, log, watchdog } = run;
  const { error, outcome } = failure;
  const given = causeOf(run, error);
  const cause = (await readOnlyNow(run, given)) ?? given;
  // If its outcome is unknown, it is not noted as failed.
  if (!(error instanceof CommitUncertain) && !watchdog?.hasHungUp)
    await onLiveConnection(session, (live) => log.fail(live, { outcome, error: databaseWords(cause) }));
  if (STOPS.some((stop) => cause instanceof stop)) return cause as OrchestratorDbError;
  const left = whatIsLeft(failure, cause, run.dialect);
  return new RevisionFailedError(outcome.revision, { direction: outcome.direction, left }, cause);
}

/** The administrator may make the database read-only in the middle of a run. */
function readOnlyNow(
  { session, dialect }: RunSession,
  error: unknown,
): Promise<DatabaseReadOnlyError | undefined> {
  return dialect.readOnly(error, session, 'It was set during the run.').catch(() => undefined);
}

/**
 * An error of this package for whatever ends a run: what the driver throws has neither a remedy nor a code that a
 * program knows. A fault of ours stays as it is.
 */
export function typedFailure(
  { database, dialect }: Project,
  error: unknown,
  { session, line, signal }: Pick<Context, 'session' | 'line' | 'signal'>,
): unknown {
  if (isOwnError(error)) return error;
  const isGone = dialect.isDisconnected(error);
  if (isGone && isOwnError(signal.reason)) return signal.reason;
  return database.typedError(session.place, isGone ? endOf(line, error, dialect) : error);
}

/** If the executing connection is gone too, its error explains more than the lost lock. */
function causeOf({ signal, dialect, line, watchdog }: RunSession, error: unknown): unknown {
  if (error instanceof CommitUncertain) return error;
  const isGone = dialect.isDisconnected(error) && !watchdog?.hasHungUp;
  const own = isGone && (!signal.aborted || signal.reason instanceof LockLostError);
  if (own) return endOf(line, error, dialect);
  return signal.aborted ? signal.reason : error;
}

/** Why the connection has ended: the server reports it once; later statements fail without the reason. */
function endOf(line: Line | undefined, error: unknown, dialect: MigrationDialect): unknown {
  return dialect.sqlState(error) === undefined ? (line?.ended ?? error) : error;
}

function whatIsLeft(
  { error, outside, isComplete }: Failure,
  cause: unknown,
  dialect: MigrationDialect,
): string {
  if (error instanceof CommitUncertain)
    return 'The connection was lost during its COMMIT, so it is either applied and recorded, or neither. Run the command again.';
  const limit = dialect.brokenLimit(cause);
  const remedy =
    limit === undefined
      ? 'Fix the cause, then run the command again.'
      : `${limit} is set for the role, the database or the server. Make the revision shorter, or lift the limit for the role that migrates: ALTER ROLE <role> SET ${limit} = 0; then run it again.`;
  if (isComplete && cause instanceof DatabaseReadOnlyError)
    return `${leftAfter(true)} All of its work is in the database. ${remedy}`;
  if (error instanceof TransactionEnded)
    return `It is not recorded; part of it may be in the database. ${remedy}`;
  if (outside)
    return `It runs outside a transaction and is not recorded; part of it may be in the database. ${remedy}`;
  if (limit !== undefined)
    return `Its transaction was rolled back, the database is as it was before this revision. ${remedy}`;
  const pooler = dialect.poolerRemedy(cause);
  return dialect.isDisconnected(error)
    ? `The connection is gone, and the database rolls its transaction back: it is as it was before this revision. ${pooler === undefined ? 'Run it again.' : `${pooler} Then run it again.`}`
    : `Its transaction was rolled back: the database is as it was before this revision. ${remedy}`;
}
