/** Sends the statements of one revision, or runs the body of a class written by hand. */

import type { Direction } from '../databases/direction.js';
import type { Session } from '../databases/session.js';
import { TypeormSession } from '../databases/typeorm-session.js';
import { sendStatement } from '../sql/question.js';
import { statementsOf, type KnownRevision } from './revision.js';

/**
 * Runs what a revision runs: over TypeORM its class, with the query runner; over a bare driver its list of statements.
 *
 * @throws Error over a bare driver for a class written by hand
 */
export async function sendBody(
  session: Session,
  revision: KnownRevision,
  direction: Direction,
): Promise<void> {
  const { migration } = revision;
  // TypeORM's interface demands it, what was compiled without looking may lack it.
  if (typeof migration[direction] !== 'function') throw new Error(`it has no ${direction}`);
  if (session instanceof TypeormSession) {
    await migration[direction](session.queryRunner);
    return;
  }
  const statements = statementsOf(revision, session.place.dialect, direction);
  if (statements === undefined || !isAsListed(migration, direction))
    throw new Error(
      `its ${direction} is written by hand, which needs a DataSource of TypeORM; migrate with one`,
    );
  for (const statement of statements) await sendStatement(statement, (sql) => session.query(sql));
}

/** Whether the class that has the lists also has the method that sends them, and no other class replaces that. */
export function isAsListed(migration: object, direction: Direction): boolean {
  return ownerOf(migration, direction) === ownerOf(migration, 'statements');
}

function ownerOf(object: object, name: string): object | null {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner;
}
