import { DataSource, type DataSourceOptions } from 'typeorm';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { postgresTargetOf, type ChainDatabase } from './chain-database.js';
import { withRawClient } from './raw-postgres.js';

/** What is locked for migrating, in words; none when it is free. */
export function locksOf(database: ChainDatabase): Promise<readonly string[]> {
  return database.target.dialect === 'sqlite' ? sideFileLock(database.target.path) : advisoryLocks(database);
}

/** The server process that holds the lock; undefined when it is free. */
export async function lockHolder(database: ChainDatabase): Promise<number | undefined> {
  const [holder] = await advisoryLocks(database);
  return holder === undefined ? undefined : Number(holder.replace(/\D/g, ''));
}

function advisoryLocks(database: ChainDatabase): Promise<readonly string[]> {
  return withRawClient(postgresTargetOf(database), async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
    );
    return rows.map(({ pid }) => `advisory lock of server process ${pid}`);
  });
}

/** Nothing is changed in it; an exclusive transaction is what the migrator's own lock is. */
async function sideFileLock(path: string): Promise<readonly string[]> {
  const { type, module } = chooseSqliteDriver();
  const options = { type, database: `${path}.migrate-lock`, driver: module } as DataSourceOptions;
  const dataSource = await new DataSource(options).initialize();
  try {
    await dataSource.query('BEGIN EXCLUSIVE');
    await dataSource.query('ROLLBACK');
    return [];
  } catch (error) {
    return [`${path}.migrate-lock: ${String(error)}`];
  } finally {
    await dataSource.destroy();
  }
}
