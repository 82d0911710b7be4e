import type { Session } from '../session.js';
import { withPlainBackslashes } from '../../sql/postgres-operators.js';
import { concurrentIndex, invalidIndex, type ConcurrentIndex } from './concurrent-index.js';
import { assertBuilt, assertNameFree } from './index-name.js';

/** An index was to be built, and what is there is not valid: a statement of a killed process was in the way. */
export class IndexInvalid extends Error {
  constructor(readonly index: string) {
    super(`the index ${index} is not valid: an earlier attempt to build it ended while this one waited`);
  }
}

/**
 * Drops the invalid index that a CREATE INDEX CONCURRENTLY has left when it failed, so that the statement can be run
 * again; IF NOT EXISTS alone would take the invalid one for done, and any other object as well. An attempt that is still
 * under way is waited for.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 *
 * @throws IndexNameTaken
 */
export async function clearInvalidIndex(session: Session, statement: string): Promise<void> {
  const made = concurrentIndex(statement);
  if (!made) return;
  for (const path of await invalidIndexes(session, made))
    await session.send([`DROP INDEX CONCURRENTLY IF EXISTS ${path}`]);
  await assertNameFree(session, made);
}

/**
 * @throws IndexInvalid when what the statement was to build is there and not valid
 * @throws IndexNameTaken when another object has its name, so that nothing was built
 */
export async function assertValidIndex(session: Session, statement: string): Promise<void> {
  const made = concurrentIndex(statement);
  if (!made) return;
  const [path] = await invalidIndexes(session, made);
  if (path !== undefined) throw new IndexInvalid(path);
  await assertBuilt(session, made);
}

async function invalidIndexes(session: Session, made: ConcurrentIndex): Promise<readonly string[]> {
  // In no transaction of its own: its end would end one that the body of a class has begun.
  const sql = `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS path ${invalidIndex(made)}`;
  const [rows = []] = await session.send([withPlainBackslashes(sql)]);
  return rows.map(({ path }) => String(path));
}
