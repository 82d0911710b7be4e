import type { ServerReader } from '../server-facts.js';

/** SQLite has no server: the version is that of the library. */
export const sqliteServer: ServerReader = Object.freeze<ServerReader>({
  columns: 'sqlite_version() AS "serverVersion"',
  facts: (_session, row) => Promise.resolve({ version: String(row['serverVersion']) }),
});
