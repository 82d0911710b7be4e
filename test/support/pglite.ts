import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';

/** PostgreSQL in WebAssembly behind a socket: every client is in its one database, whatever name it asks for. */
export interface SocketPglite {
  readonly target: PostgresTarget;
  /** Runs statements in that database, beside the socket. */
  query(sql: string): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** Starts one in memory, on a free port. */
export async function startPglite(): Promise<SocketPglite> {
  const db = await PGlite.create();
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 20 });
  await server.start();
  const shown = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return {
    target: {
      dialect: 'postgres',
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
      ssl: false,
      shown,
    },
    query: async (sql) => (await db.query(sql)).rows,
    stop: async () => {
      await server.stop();
      await db.close();
    },
  };
}
