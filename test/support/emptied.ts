import { rm } from 'node:fs/promises';
import type { ChainDatabase } from './chain-database.js';
import { withRawClient } from './raw-postgres.js';

/** Takes everything out of a database without connections; a new one takes PostgreSQL much longer. */
export async function empty({ target }: ChainDatabase): Promise<void> {
  if (target.dialect === 'sqlite') {
    for (const suffix of ['', '-wal', '-shm', '.migrate-lock'])
      await rm(target.path + suffix, { force: true });
    return;
  }
  await withRawClient(target, async (client) => {
    await client.query('DROP SCHEMA public CASCADE');
    await client.query('CREATE SCHEMA public');
  });
}
