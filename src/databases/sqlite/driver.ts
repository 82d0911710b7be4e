import { createRequire } from 'node:module';
import { SqliteDriverMissingError } from '../../errors/base.js';

/** A driver that TypeORM can use, and the module to hand to it. */
interface SqliteDriver {
  readonly type: 'sqlite' | 'better-sqlite3';
  readonly module: unknown;
}

const require = createRequire(import.meta.url);

/**
 * The one place that chooses the SQLite driver: whichever is installed, of those that the installed TypeORM knows.
 * TypeORM 1 has dropped `sqlite3`, so there it is `better-sqlite3`.
 *
 * @throws SqliteDriverMissingError when none is installed
 */
export function chooseSqliteDriver(): SqliteDriver {
  const accepted = typeormKnowsSqlite3() ? ['sqlite3', 'better-sqlite3'] : ['better-sqlite3'];
  const name = accepted.find((candidate) => canResolve(candidate));
  if (name === undefined) throw new SqliteDriverMissingError(accepted, canResolve('sqlite3'));
  return { type: name === 'sqlite3' ? 'sqlite' : 'better-sqlite3', module: require(name) };
}

/** Found by its files: a session without TypeORM uses the same driver, and does not load TypeORM to choose it. */
function typeormKnowsSqlite3(): boolean {
  return canResolve('typeorm/driver/sqlite/SqliteDriver.js') || !canResolve('typeorm');
}

function canResolve(request: string): boolean {
  try {
    require.resolve(request);
    return true;
  } catch {
    return false;
  }
}
