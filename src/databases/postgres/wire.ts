import type { Notice, Results, Wire } from '../session.js';
import { limitAnswers } from './answers.js';
import type { PostgresClient, PostgresResult } from './client.js';
import { progressOf, type ProgressFields } from './progress-notice.js';

/** What a message of the server holds that is no answer. */
interface Message extends ProgressFields {
  /** In the language of the server. */
  readonly severity?: string;
  readonly message?: string;
  /** The function of the server that has sent it; a translation leaves it alone. */
  readonly routine?: string;
}

/** Each sends one notice, where `DROP CONSTRAINT IF EXISTS` or `DROP INDEX IF EXISTS` has nothing to drop. */
const DROPS = ['ATExecDropConstraint', 'DropErrorMsgNonExistent'];

/** How messages reach node-postgres' client. */
export const postgresWire: Wire = Object.freeze<Wire>({
  begin: (sql) => sql,
  send: async (connection, statements): Promise<Results> => {
    const results = await (connection as PostgresClient).query(statements.join('; '));
    return ([results].flat() as readonly PostgresResult[]).map(({ rows }) => rows);
  },
  onNotice: (connection, listener) => {
    const client = connection as Noticing;
    const on = (sent: Message) => {
      const notice = noticeOf(sent);
      if (notice) listener(notice);
    };
    client.on('notice', on);
    return () => void client.removeListener('notice', on);
  },
  limitAnswers: (connection, place) => limitAnswers(connection as PostgresClient, { place }),
  // node-postgres breaks the connection off where a query is under way; its pool keeps none that is ending.
  breakOff: (connection) => (connection as PostgresClient).end(),
});

/** The part of node-postgres' client that concerns notices. */
interface Noticing {
  on(event: 'notice', listener: (sent: Message) => void): unknown;
  removeListener(event: 'notice', listener: (sent: Message) => void): unknown;
}

/**
 * Messages of the levels DEBUG and LOG are none. node-postgres gives the level in the server's language alone; the code
 * of a warning is of class 01 in every language: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function noticeOf(sent: Message): Notice | undefined {
  const { severity = '', code = '', message = '', routine } = sent;
  if (severity === 'DEBUG' || severity === 'LOG') return undefined;
  const warns = severity === 'WARNING' || (severity !== 'NOTICE' && code.startsWith('01'));
  const progress = progressOf(sent);
  return {
    severity: warns ? 'warning' : 'notice',
    message,
    ...(DROPS.includes(routine ?? '') ? { isAbsence: true } : {}),
    ...(progress ? { progress } : {}),
  };
}
