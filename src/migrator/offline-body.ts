/** Learns the statements of a hand-written class without a database, for offline scripts and plans. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Database } from '../databases/database.js';
import type { Direction } from '../databases/direction.js';
import type { KnownRevision } from './revision.js';
import { plainWords } from '../sql/text.js';
import { shortLine } from '../text/one-line.js';
import { NotOffline } from '../databases/inlining.js';

/** Statements that answer with rows; a body that needs the answer cannot be known without a database. */
const READS = /^[\s(]*(SELECT|WITH|PRAGMA|SHOW|EXPLAIN|VALUES|TABLE)\b|\bRETURNING\b/i;

/** A DataSource, and the database that it is of. */
export interface Recorded {
  readonly dataSource: DataSource;
  readonly database: Database;
}

/**
 * Runs the body of a revision written by hand against a query runner that keeps what it is sent and knows nothing.
 *
 * @throws NotOffline when the body reads, or anything that the body throws
 */
export async function recordBody(
  of: Recorded,
  { migration }: KnownRevision,
  direction: Direction,
): Promise<readonly string[]> {
  return recordStatements(of, (runner) => migration[direction](runner));
}

/** The statements that something sends to a query runner that has no connection. */
export async function recordStatements(
  of: Recorded,
  body: (runner: QueryRunner) => Promise<unknown>,
): Promise<readonly string[]> {
  const { dataSource, database } = of;
  const kept: string[] = [];
  await body(
    recordingRunner(of, (sql, parameters) => kept.push(database.inlined(dataSource, sql, parameters))),
  );
  return kept;
}

/** One of its own, since SQLite's driver hands out the same one again and again. */
function recordingRunner(
  { dataSource, database: { language } }: Recorded,
  keep: (sql: string, parameters: readonly unknown[]) => void,
): QueryRunner {
  const { constructor } = dataSource.createQueryRunner();
  const runner = Reflect.construct(constructor, [dataSource.driver, 'master']) as QueryRunner;
  const done = () => Promise.resolve();
  const refuse = () => Promise.reject(new NotOffline('it requires a connection'));
  return Object.assign(runner, {
    manager: dataSource.createEntityManager(runner),
    query: (sql: string, parameters: readonly unknown[] = []) => {
      if (READS.test(plainWords(sql, language)))
        return Promise.reject(new NotOffline(`it reads the database: ${shortLine(sql, 80)}`));
      keep(sql, parameters);
      return Promise.resolve([]);
    },
    connect: refuse,
    stream: refuse,
    startTransaction: done,
    commitTransaction: done,
    rollbackTransaction: refuse,
  });
}
