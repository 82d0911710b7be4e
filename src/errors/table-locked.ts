import { RunEndedError } from './run-ended.js';

/** A lock on a table that is in the way. */
export interface TableLock {
  /** As SQL writes it. */
  readonly table: string;
  /** As SQL writes it, ACCESS EXCLUSIVE. */
  readonly mode: string;
  /** Whether its session holds the lock; otherwise it waits for it, and others queue behind it. */
  readonly granted: boolean;
  /** The process of the server; null for a prepared transaction. */
  readonly pid: number | null;
  readonly application: string | null;
  /** When its transaction began, ISO 8601; null where the role may not read that. */
  readonly since: string | null;
  /** On a standby: a transaction of the primary holds the lock, and the standby repeats it. No session of the standby can. */
  readonly isReplayed: boolean;
  /** Whether its transaction is committed, and waits until a synchronous standby has it. */
  readonly awaitsStandby: boolean;
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
    const { locks } = found;
    const words =
      locks.length === 0
        ? 'No session holds such a lock any more. Run the same command again.'
        : `${lockHolders(locks)} Then run the same command again.`;
    super(`${database}: a read waited${waited} for a locked table and gave up. ${words}`, { cause });
  }
}

/** Who holds or wants them, and what ends that, in sentences. */
export function lockHolders(locks: readonly TableLock[]): string {
  const pids = [...new Set(locks.flatMap(({ pid }) => pid ?? []))];
  const ends = pids.map((pid) => `SELECT pg_terminate_backend(${pid});`).join(' ');
  const remedy = locks.every(({ isReplayed }) => isReplayed)
    ? 'Wait until it ends, or end it on the primary.'
    : ends === ''
      ? 'End it: COMMIT PREPARED or ROLLBACK PREPARED with its name from pg_prepared_xacts.'
      : `Wait until it ends, or end it: ${ends}`;
  return `${locks.map(inWords).join('; ')}. ${remedy}`;
}

function inWords({
  table,
  mode,
  granted,
  pid,
  application,
  since,
  isReplayed,
  awaitsStandby,
}: TableLock): string {
  if (isReplayed)
    return `A transaction on the primary holds ${mode} on ${table}, and this standby repeats the lock`;
  const name = application ? ` (${application})` : '';
  const who = pid === null ? 'A prepared transaction' : `Process ${pid}${name}`;
  const when = since === null ? '' : `, in a transaction since ${since}`;
  const standby = awaitsStandby ? ', whose COMMIT waits for a synchronous standby' : '';
  return `${who} ${granted ? 'holds' : 'waits for'} ${mode} on ${table}${when}${standby}`;
}
