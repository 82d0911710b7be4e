import { ConnectError, messageOf } from '../../errors/base.js';
import { ConnectionLostError } from '../../errors/connection.js';
import type { ConnectFailure } from '../database.js';
import { codeOf, driverField } from '../driver-error.js';
import { isLost } from './sql-state.js';
import { poolerRemedy } from './pooler-words.js';

/** The server has no connection to spare. */
export const TOO_MANY_CONNECTIONS = '53300';

/** An administrator's command ends one session, or the server and all of them. */
const SESSION_ENDED = 'the server ended the session or is shutting down; try again';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html and Node's own codes. */
const TRANSIENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer in time',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ENOENT: 'no server listens on that socket',
  '57P01': SESSION_ENDED,
  '57P03': 'the server is starting up or shutting down',
  [TOO_MANY_CONNECTIONS]: 'the server has too many connections',
};

/** node-postgres gives no code to its own two time-outs. */
const TIMEOUT_WORDS = /timeout expired|connection timeout|terminated unexpectedly/i;

/** What node-postgres reports, without a code, of an answer that is none of PostgreSQL's protocol. */
const INVALID_ANSWER = /^received invalid response/;

/** Whether something that speaks another protocol has answered, or changed an answer. */
export function isInvalidAnswer(error: unknown): boolean {
  return INVALID_ANSWER.test(messageOf(error));
}

/** Whether a connection that was being made has ended meanwhile. */
export function hasEndedMeanwhile(error: unknown): boolean {
  const cause = error instanceof ConnectError ? error.cause : error;
  return explainConnectFailure(cause).reason === SESSION_ENDED;
}

/** Of a server that is not ready, in any language: the other detail is about a consistent state that it will reach. */
const HOT_STANDBY = /hot[- ]standby/i;

/** A standby that lets no one in is ready only once it is promoted. */
const CLOSED_STANDBY =
  'the server is a standby with hot_standby = off, which accepts no connections (57P03); connect to the primary, or set hot_standby = on on the standby and restart it';

function isClosedStandby(error: unknown): boolean {
  return codeOf(error) === '57P03' && HOT_STANDBY.test(String(driverField(error, 'detail')));
}

/** Connection limits that PostgreSQL reports with one SQLSTATE, by the function that checks them, in any language. */
const LIMITED: Readonly<Record<string, string>> = {
  InitializeSessionUserId:
    'the role has as many connections as its CONNECTION LIMIT allows; end one, or raise the limit: ALTER ROLE <role> CONNECTION LIMIT <number>',
  CheckMyDatabase:
    'the database has as many connections as its CONNECTION LIMIT allows; end one, or raise the limit: ALTER DATABASE <database> CONNECTION LIMIT <number>',
};

function limitOf(error: unknown): string | undefined {
  if (codeOf(error) !== TOO_MANY_CONNECTIONS) return undefined;
  return LIMITED[String(driverField(error, 'routine'))];
}

/** TypeORM passes its `url` on to node-postgres, which takes one server. */
const ONE_SERVER =
  'the `url` of TypeORM takes one server, in a valid URL; for a list of servers, create the DataSource with createDataSource of orchestrator-db';

/** Whether an address is none, or several: node-postgres takes a list without ports for the name of one host. */
function isNoAddress(error: unknown): boolean {
  const host = driverField(error, 'hostname');
  return codeOf(error) === 'ERR_INVALID_URL' || (typeof host === 'string' && host.includes(','));
}

/** The packet that begins a session named no user: node-postgres takes USER of the environment where none is given. */
function isWithoutUser(error: unknown): boolean {
  return codeOf(error) === '28000' && driverField(error, 'routine') === 'ProcessStartupPacket';
}

/** A setting stays as it is, however often one tries. */
function refusedByPooler(words: string): ConnectFailure {
  const remedy = poolerRemedy(words);
  return remedy === undefined
    ? { reason: words, transient: true }
    : { reason: `${words}. ${remedy.slice(0, -1)}`, transient: false };
}

/** Why connecting failed, and whether the same attempt may succeed a little later. */
export function explainConnectFailure(error: unknown): ConnectFailure {
  if (error instanceof ConnectionLostError) return explainConnectFailure(error.cause);
  if (isNoAddress(error)) return { reason: ONE_SERVER, transient: false };
  const code = codeOf(error);
  const transient = isClosedStandby(error) ? CLOSED_STANDBY : (limitOf(error) ?? TRANSIENT[code]);
  if (transient) return { reason: transient, transient: true };
  const words = messageOf(error);
  if (isInvalidAnswer(error))
    return {
      reason: `the answer is not PostgreSQL's protocol (${words}); check host and port, and connect to the server itself if a pooler or proxy stands before it`,
      transient: false,
    };
  if (isWithoutUser(error))
    return {
      reason: `${words}; write the user into the URL, as in postgres://<user>@<host>/<database>`,
      transient: false,
    };
  if (TIMEOUT_WORDS.test(words)) return { reason: 'no answer in time', transient: true };
  // PgBouncer gives this code to everything that it refuses.
  if (code === '08P01') return refusedByPooler(words);
  // What TypeORM asks of a connection that has just ended.
  if (isLost(error)) return { reason: SESSION_ENDED, transient: true };
  return { reason: words, transient: false };
}
