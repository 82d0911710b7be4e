import pg from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { clientConfig } from '../../src/databases/postgres/scratch/embedded-postgres.js';

/** Whether a server accepts a connection now. */
export async function answers(target: PostgresTarget): Promise<boolean> {
  const client = new pg.Client(clientConfig(target)).on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
