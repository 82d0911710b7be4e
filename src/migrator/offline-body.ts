/** Learns the statements of a hand-written class without a database, for offline scripts and plans. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Database } from '../databases/database.js';
import type { Direction } from '../databases/direction.js';
import type { KnownRevision } from './revision.js';
import { plainWords } from '../sql/text.js';
import { shortLine } from '../text/one-line.js';
import { NotOffline } from '../databases/inlining.js';

/** Whether a statement answers with rows; a body that needs the answer cannot be known without a database. */
export function answersWithRows(sql: string, { language, questions }: Asked): boolean {
  const words = plainWords(sql, language);
  return beginsWith(words, [...questions, 'WITH']) || /\bRETURNING\b/i.test(words);
}

/** Whether a statement does nothing but ask. */
export function isQuestion(sql: string, { language, questions }: Asked): boolean {
  return beginsWith(plainWords(sql, language), questions);
}

type Asked = Pick<Database, 'language' | 'questions'>;

function beginsWith(words: string, keywords: readonly string[]): boolean {
  const [, first = ''] = /^[\s(]*(\w+)/.exec(words) ?? [];
  return keywords.includes(first.toUpperCase());
}

/** A DataSource, and the database that it is of. */
export interface Recorded {
  readonly dataSource: DataSource;
  readonly database: Database;
}

/** What becomes of the statements that a body sends. */
interface Recorder {
  readonly keep: (sql: string, parameters: readonly unknown[]) => void;
  /** The answer to a statement that answers with rows. */
  readonly read: (sql: string) => Promise<unknown>;
}

/** A loop that waits for an answer of the database would never end. */
export const MOST_STATEMENTS = 100_000;

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
  const recorder: Recorder = {
    keep: (sql, parameters) => kept.push(database.inlined(dataSource, sql, parameters)),
    read: (sql) => Promise.reject(new NotOffline(`it reads the database: ${shortLine(sql, 80)}`)),
  };
  await body(recordingRunner(of, recorder));
  return kept;
}

/** A query runner of its own, since SQLite's driver hands out the same one again and again. */
export function ownRunner(dataSource: DataSource): QueryRunner {
  const { constructor } = dataSource.createQueryRunner();
  const runner = Reflect.construct(constructor, [dataSource.driver, 'master']) as QueryRunner;
  return Object.assign(runner, { manager: dataSource.createEntityManager(runner) });
}

/** A query runner that nothing leads out of. */
export function recordingRunner({ dataSource, database }: Recorded, { keep, read }: Recorder): QueryRunner {
  const done = () => Promise.resolve();
  const refuse = () => Promise.reject(new NotOffline('it requires a connection'));
  let sent = 0;
  return Object.assign(ownRunner(dataSource), {
    query: (sql: string, parameters: readonly unknown[] = []) => {
      sent += 1;
      if (sent > MOST_STATEMENTS)
        return Promise.reject(new NotOffline(`it sends more than ${MOST_STATEMENTS} statements`));
      if (answersWithRows(sql, database)) return read(sql);
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
