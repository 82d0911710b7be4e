import { RunEndedError } from './run-ended.js';

/** A lock that keeps readers out of a table. */
export interface TableLock {
  /** As SQL writes it. */
  readonly table: string;
  /** Whether its session holds the lock; otherwise it waits for it, and others queue behind it. */
  readonly granted: boolean;
  /** The process of the server; null for a prepared transaction. */
  readonly pid: number | null;
  readonly application: string | null;
  /** When its transaction began, ISO 8601; null where the role may not read that. */
  readonly since: string | null;
  /** On a standby: a transaction of the primary holds the lock, and the standby repeats it. No session of the standby can. */
  readonly isReplayed: boolean;
}

/** A read waited for a table that another session has locked, and gave up. */
export class TableLockedError extends RunEndedError {
  readonly code = 'TABLE_LOCKED';

  /**
   * @param database with the password masked
   * @param limit how long the read waited, as the server writes it, `10s`; empty where that is unknown
   * @param locks the locks found afterwards; none where the lock was released meanwhile
   * @param cause the error of the server
   */
  constructor(
    readonly database: string,
    readonly found: { readonly limit: string; readonly locks: readonly TableLock[] },
    cause: unknown,
  ) {
    const waited = found.limit === '' ? '' : ` ${found.limit}`;
    super(`${database}: a read waited${waited} for a locked table and gave up. ${blockersIn(found.locks)}`, {
      cause,
    });
  }
}

function blockersIn(locks: readonly TableLock[]): string {
  if (locks.length === 0) return 'No session holds such a lock any more. Run the same command again.';
  const pids = [...new Set(locks.flatMap(({ pid }) => pid ?? []))];
  const ends = pids.map((pid) => `SELECT pg_terminate_backend(${pid});`).join(' ');
  const remedy = locks.every(({ isReplayed }) => isReplayed)
    ? 'Wait until it ends, or end it on the primary.'
    : ends === ''
      ? 'End it: ROLLBACK PREPARED with its name from pg_prepared_xacts.'
      : `Wait until it ends, or end it: ${ends}`;
  return `${locks.map(inWords).join('; ')}. ${remedy} Then run the same command again.`;
}

function inWords({ table, granted, pid, application, since, isReplayed }: TableLock): string {
  if (isReplayed)
    return `A transaction on the primary holds ACCESS EXCLUSIVE on ${table}, and this standby repeats the lock`;
  const name = application ? ` (${application})` : '';
  const who = pid === null ? 'A prepared transaction' : `Process ${pid}${name}`;
  const when = since === null ? '' : `, in a transaction since ${since}`;
  return `${who} ${granted ? 'holds' : 'waits for'} ACCESS EXCLUSIVE on ${table}${when}`;
}
