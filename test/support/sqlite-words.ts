import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';

/**
 * What the driver that is installed makes of a message of SQLite's: one puts the code before it, the other one its
 * class.
 */
export function sqliteWords(message: string): string {
  return `${chooseSqliteDriver().type === 'sqlite' ? 'SQLITE_ERROR' : 'SqliteError'}: ${message}`;
}
