import type { Wire } from '../session.js';
import { putBackNames } from './column-names.js';
import { execNative, type NativeConnection } from './native.js';

/** How messages reach a connection of either driver. */
export const sqliteWire: Wire = Object.freeze<Wire>({
  // Begun as a plain one, it would read first, and then SQLite does not wait for another writer, whatever the busy
  // time-out: https://www.sqlite.org/lang_transaction.html
  begin: () => 'BEGIN IMMEDIATE TRANSACTION',
  send: async (connection, statements) => {
    await execNative(connection as NativeConnection, statements);
    return [];
  },
  onNotice: () => () => undefined,
  limitAnswers: (connection) => () => putBackNames(connection),
  breakOff: () => Promise.resolve(),
});
