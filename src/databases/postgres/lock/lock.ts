/** The migration lock: an advisory lock in a session of its own. */

import { createHash, randomBytes } from 'node:crypto';
import type { Session } from '../../session.js';
import {
  endWithin,
  hangUpClient,
  KEEPALIVE,
  lineOf,
  ownClient,
  type PostgresClient,
  type PostgresResult,
} from '../client.js';
import { hasEndedMeanwhile } from '../connect-failure.js';
import { ConnectError, messageOf } from '../../../errors/base.js';
import { ConnectionLostError } from '../../../errors/connection.js';
import { LockLostError, noSecondConnection } from '../../../errors/migration.js';
import { setLocally, TCP_SETTINGS } from '../tcp-settings.js';
import { isLost, isOfStatementMode } from '../sql-state.js';
import { StandbyError, StatementPoolingError } from '../../../errors/server.js';
import { EQ } from '../../../sql/postgres-operators.js';
import type { Fence } from '../../records/outcome.js';
import { lockKeyOf } from '../lock-key.js';
import type { HeldLock, MigrationLock } from '../../lock.js';
import { explainedConnect } from './own-connection.js';
import { HERE, IN_RECOVERY, ON_PRIMARY, UP_SINCE } from './primary.js';
import { assertSecondSession } from './second-session.js';
import { postgresLiteral } from '../../../sql/quote.js';
import { poolerRemedy } from '../pooler-words.js';

/** The two halves of an advisory lock's key, unsigned, as pg_locks shows them. */
interface LockKey {
  readonly classid: number;
  readonly objid: number;
}

/** The key for a name, as two unsigned 32-bit halves. */
export function lockKey(lockName: string): LockKey {
  const digest = createHash('sha256').update(`orchestrator-db ${lockName}`).digest();
  return { classid: digest.readUInt32BE(0), objid: digest.readUInt32BE(4) };
}

/** The same as SQL takes it: one signed 64-bit number. */
export function lockKeySql({ classid, objid }: LockKey): string {
  return String(BigInt.asIntN(64, (BigInt(classid) << 32n) | BigInt(objid)));
}

/** How long one try may take, milliseconds: longer only where the connection is dead, or a pooler has no slot free. */
const TRY_MS = 15_000;

/** How many tries in a row may end without an answer. */
const SILENT_TRIES = 2;

/** How long the question who holds the lock may take, milliseconds: a pooler may have no session free for it. */
const HOLDER_MS = 3000;
const NO_ANSWER = 'unknown (no answer)';

/** How often connecting is tried when the connection breaks meanwhile. */
const CONNECT_TRIES = 3;

/** How long releasing and the farewell may take: the server releases the lock with the connection anyway. */
const FAREWELL_MS = 1000;

/**
 * An advisory lock of a transaction that stays open, and silent, on a connection that is not of TypeORM's pool.
 *
 * The lock of a session would be lost behind a pooler that gives each transaction another one; a statement on the
 * holder's connection, or a waiter inside a transaction, would keep CREATE INDEX CONCURRENTLY waiting. The server must
 * not end the silent transaction, so its time-outs are switched off in it.
 */
export class PostgresLock implements MigrationLock {
  readonly remedy: string;
  readonly #session: Session;
  readonly #key: LockKey;
  readonly #identity: string;
  #client: PostgresClient | undefined;
  #failures = 0;
  #wasConnected = false;
  #silent = 0;

  /**
   * @param session the one that is going to execute
   * @param identity how other processes see the holder, at most 63 bytes
   */
  constructor(session: Session, lockName: string, identity: string) {
    this.#session = session;
    this.#key = lockKey(lockName);
    this.#identity = identity;
    const { classid, objid } = this.#key;
    this.remedy =
      `To look further: SELECT a.* FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.classid = ${classid} AND l.objid = ${objid}; ` +
      'to end it: SELECT pg_terminate_backend(<pid>).';
  }

  /** A session may end between two polls, or in the middle of one; the next one connects again. */
  async tryAcquire(): Promise<HeldLock | undefined> {
    const client = await this.#clientOrNone();
    if (!client) return undefined;
    const late = AbortSignal.timeout(TRY_MS);
    try {
      const held = await unlessLate(
        late,
        () => hangUpClient(client),
        () => this.#tryOn(client),
      );
      this.#silent = 0;
      return held;
    } catch (error) {
      if (late.aborted) this.#countSilence();
      if (isOfStatementMode(error)) throw new StatementPoolingError(this.#shown(), error);
      if (this.#client === client && !isLost(error)) throw error;
      this.#forget(client);
      return undefined;
    }
  }

  /** A session may end while it is being made; only one that ends every time is a failure. */
  async #clientOrNone(): Promise<PostgresClient | undefined> {
    try {
      this.#client ??= await this.#connect();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures < CONNECT_TRIES && hasEndedMeanwhile(error)) return undefined;
      throw this.#wasConnected ? lostWhileWaiting(error, this.#shown()) : error;
    }
    this.#wasConnected = true;
    return this.#client;
  }

  /** A pooler lets a client in whether it has a server connection for it or not. */
  #countSilence(): void {
    this.#silent += 1;
    if (this.#silent >= SILENT_TRIES) throw noSecondConnection((this.#silent * TRY_MS) / 1000);
  }

  #forget(client: PostgresClient): void {
    if (this.#client === client) this.#client = undefined;
    hangUpClient(client);
  }

  /**
   * Without parameters: a statement that has some leaves its portal open, and with it a snapshot that others wait for.
   * The second lock is the fence, which is of the same transaction and is lost with the first.
   */
  async #tryOn(client: PostgresClient): Promise<HeldLock | undefined> {
    const fence = { key: String(randomBytes(8).readBigInt64BE()) };
    const isDirect = `pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) ${client.processID ?? 0}`;
    const [, tried] = (await client.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED;
       SELECT pg_catalog.pg_try_advisory_xact_lock(${lockKeySql(this.#key)}) AS locked, pg_catalog.pg_try_advisory_xact_lock(${fence.key}),
        pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true), pg_catalog.set_config('application_name', ${postgresLiteral(this.#identity)}, true),
        ${IN_RECOVERY} AS standby,
        CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL THEN pg_catalog.set_config('transaction_timeout', '0', true) END,
        ${TCP_SETTINGS.map((setting) => setLocally(setting, isDirect)).join(', ')}`,
    )) as unknown as readonly PostgresResult[];
    const { locked, standby } = tried?.rows[0] ?? {};
    if (locked === true && standby === false) return this.#held(client, fence);
    await client.query('ROLLBACK');
    if (standby === true) throw new StandbyError(this.#shown(), []);
    return undefined;
  }

  /** Text for people; a failure to get it is not an error. */
  async describeHolder(): Promise<string> {
    if (this.#silent > 0) return NO_ANSWER;
    try {
      const client = (this.#client ??= await this.#connect());
      return await this.#holderInTime(client);
    } catch (error) {
      return `unknown (${messageOf(error)})`;
    }
  }

  async #holderInTime(client: PostgresClient): Promise<string> {
    const late = AbortSignal.timeout(HOLDER_MS);
    try {
      return await unlessLate(
        late,
        () => this.#forget(client),
        () => this.#holder(client),
      );
    } catch (error) {
      if (late.aborted) return NO_ANSWER;
      throw error;
    }
  }

  async #holder(client: PostgresClient): Promise<string> {
    const { rows } = await client.query(
      `SELECT a.application_name, a.pid, pg_catalog.to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS since
         FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid ${EQ} l.pid WHERE ${ON_PRIMARY} AND ${heldHere(this.#key)}`,
    );
    const [holder] = rows;
    if (!holder) return 'it has just ended';
    const since = holder['since'] === null ? '' : ` since ${String(holder['since'])}`;
    return `"${String(holder['application_name'])}", server process ${String(holder['pid'])},${since}`.replace(
      /,$/,
      '',
    );
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client) await endWithin(client, FAREWELL_MS);
  }

  #held(client: PostgresClient, fence: Fence): HeldLock {
    const loss = new AbortController();
    let released = false;
    const lose = (error?: unknown) => {
      if (!released) loss.abort(new LockLostError(poolerRemedy(error)));
    };
    client.on('error', lose);
    client.on('end', () => {
      lose();
    });
    return {
      lost: loss.signal,
      fence,
      line: lineOf(client),
      isAlive: () =>
        client.query('SELECT 1').then(
          () => !loss.signal.aborted,
          () => false,
        ),
      serverUpSince: () => upSinceOf(client).catch(() => undefined),
      release: async () => {
        released = true;
        const late = setTimeout(() => hangUpClient(client), FAREWELL_MS);
        await client.query('ROLLBACK').catch(() => undefined);
        clearTimeout(late);
      },
    };
  }

  /** With the options of TypeORM's own pool, TLS and password included, and a heartbeat of TCP's, not of SQL's. */
  async #connect(): Promise<PostgresClient> {
    const client = ownClient(this.#session.place, KEEPALIVE);
    const forget = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    await assertSecondSession(this.#session, client, () =>
      explainedConnect(client, `${this.#shown()}, for the migration lock`),
    );
    return client;
  }

  #shown(): string {
    return this.#session.place.shown;
  }
}

/** Hangs up when a question is answered too late, and never once it is answered: the lock may be held by then. */
async function unlessLate<T>(late: AbortSignal, hangUp: () => void, ask: () => Promise<T>): Promise<T> {
  late.addEventListener('abort', hangUp);
  try {
    return await ask();
  } finally {
    late.removeEventListener('abort', hangUp);
  }
}

/**
 * Whether some session holds the lock of that name, or may: a standby does not show the locks of its primary. Takes
 * nothing.
 */
export async function isKeyHeld(
  query: (sql: string) => Promise<unknown>,
  lockName: string,
): Promise<boolean> {
  const held = `SELECT 1 FROM pg_catalog.pg_locks l WHERE ${heldHere(lockKey(lockName))}`;
  const sql = `${held} UNION ALL SELECT 1 WHERE ${IN_RECOVERY}`;
  const rows = (await query(sql)) as readonly unknown[];
  return rows.length > 0;
}

/** Condition on pg_locks, called l, for the lock in this database. */
function heldHere({ classid, objid }: LockKey): string {
  return `${lockKeyOf(classid, objid)} AND ${HERE}`;
}

/** What waited for the lock was connected before: the server is gone, and no address was wrong. */
function lostWhileWaiting(error: unknown, shown: string): unknown {
  if (!(error instanceof ConnectError)) return error;
  return new ConnectionLostError(shown, new Error(error.failure.reason, { cause: error }));
}

async function upSinceOf(client: PostgresClient): Promise<string> {
  const { rows } = await client.query(`SELECT ${UP_SINCE} AS "upSince"`);
  return String(rows[0]?.['upSince']);
}
