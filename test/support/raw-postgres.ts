import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';

/** Runs statements in a session of their own, with nothing of TypeORM or of this project in between. */
export async function withRawClient<T>(
  target: PostgresTarget,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
