import { messageOf } from '../../errors/base.js';
import { codeOf, driverField } from '../driver-error.js';
import { SessionClosedError } from '../session.js';

/** Whether the code is from a server: five characters. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE';
}

/**
 * The server ended the session (57P, 25P03 and 25P04: its limits on idle and on long transactions), or the connection
 * broke.
 */
const LOST =
  /^(08\w{3}|57P0[1-5]|25P0[34]|ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const LOST_WORDS =
  /connection terminated|connection ended|not queryable|Client was closed|already released|timeout expired/i;

/** Whether an error reports that the connection itself is gone. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof SessionClosedError) return true;
  if (isOfForeignServer(error)) return false;
  return LOST.test(code) || (!isSqlState(code) && LOST_WORDS.test(messageOf(error)));
}

/** A foreign data wrapper reports its own server in this class too; only PostgreSQL itself names a routine. */
function isOfForeignServer(error: unknown): boolean {
  return codeOf(error).startsWith('08') && driverField(error, 'routine') !== undefined;
}

const CONFLICT = /^(?:40001|40P01)$/;

/** Where a server cancels what runs on a standby; only there do these functions report those codes. */
const CONFLICT_ROUTINES =
  /^(?:Process(?:Interrupts|RecoveryConflictInterrupts?)|CheckRecoveryConflictDeadlock)$/;

/** Whether a standby has cancelled a statement that is in the way of what it replays, in any language. */
export function isRecoveryConflict(error: unknown): boolean {
  return CONFLICT.test(codeOf(error)) && CONFLICT_ROUTINES.test(String(driverField(error, 'routine')));
}

/** The message of PgBouncer before it disconnects a client that begins a transaction; the code has other causes too. */
const STATEMENT_MODE = /statement pooling mode/i;

/** Whether a pooler refuses the transaction of a client, because it gives each statement another session. */
export function isOfStatementMode(error: unknown): boolean {
  return STATEMENT_MODE.test(messageOf(error));
}

/** Two commands changed one row of a catalog, which has no code of its own; a killed process' last one, for example. */
const CATALOG_RACE = /tuple concurrently (updated|deleted)/;
const UNIQUE_VIOLATION = '23505';

/**
 * Whether another command won a race for the catalog: two that create the same table at once meet in its unique
 * indexes.
 */
export function isCatalogRace(error: unknown): boolean {
  if (CATALOG_RACE.test(messageOf(error))) return true;
  return codeOf(error) === UNIQUE_VIOLATION && driverField(error, 'schema') === 'pg_catalog';
}
