import type { QueryRunner } from 'typeorm';
import { watchStatements } from '../databases/statement-watch.js';

const WATCHED = new WeakSet<QueryRunner>();

/**
 * TypeORM writes CURRENT_TIMESTAMP into the update date of every UPDATE, also where it passes no entity to subscribers.
 * On SQLite that is text to the second, unlike all other instants, so there the statement gets the expression for an
 * instant. PostgreSQL converts the value to the column's type by itself.
 *
 * @param now the dialect's expression for now
 */
export function writeInstantsInUpdates(queryRunner: QueryRunner, now: string): void {
  if (WATCHED.has(queryRunner)) return;
  WATCHED.add(queryRunner);
  watchStatements(queryRunner, (sql, send) => send(withInstants(sql, now)));
}

function withInstants(sql: string, now: string): string {
  return sql.startsWith('UPDATE ') ? sql.replace(/ = CURRENT_TIMESTAMP\b/g, ` = ${now}`) : sql;
}
