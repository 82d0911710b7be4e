import type { Results, Wire } from '../session.js';
import type { PostgresClient, PostgresResult } from './client.js';

/** What a notice of the server holds. */
interface Notice {
  readonly message?: string;
}

/** How messages reach node-postgres' client. */
export const postgresWire: Wire = Object.freeze<Wire>({
  begin: (sql) => sql,
  send: async (connection, statements): Promise<Results> => {
    const results = await (connection as PostgresClient).query(statements.join('; '));
    return ([results].flat() as readonly PostgresResult[]).map(({ rows }) => rows);
  },
  onNotice: (connection, listener) => {
    const client = connection as Noticing;
    const on = ({ message = '' }: Notice) => listener(message);
    client.on('notice', on);
    return () => void client.removeListener('notice', on);
  },
  // node-postgres breaks the connection off where a query is under way; its pool keeps none that is ending.
  breakOff: (connection) => (connection as PostgresClient).end(),
});

/** The part of node-postgres' client that concerns notices. */
interface Noticing {
  on(event: 'notice', listener: (notice: Notice) => void): unknown;
  removeListener(event: 'notice', listener: (notice: Notice) => void): unknown;
}
