/** Learns the statements of a hand-written class without a database, for offline scripts and plans. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { Database } from '../databases/database.js';
import type { Direction } from '../databases/direction.js';
import type { KnownRevision } from './revision.js';
import { plainWords } from '../sql/text.js';
import { shortLine } from '../text/one-line.js';
import { NotOffline } from '../databases/inlining.js';
import { closedRunner } from './closed-source.js';
import { watchReach } from './reach.js';

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

/**
 * The statements that something sends to a query runner that has no connection.
 *
 * @throws NotOffline when it reaches for another connection, even if it catches that
 */
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
  await recordWith(of, recorder, body);
  return kept;
}

/**
 * Runs something against a query runner that records. Nothing that it reaches from there has a connection, and every
 * other DataSource is refused meanwhile.
 *
 * @throws NotOffline when it reaches for another connection, even if it catches that
 */
export async function recordWith(
  of: Recorded,
  recorder: Recorder,
  body: (runner: QueryRunner) => Promise<unknown>,
): Promise<void> {
  const refusals: NotOffline[] = [];
  const refuse = (): never => {
    const refusal = new NotOffline('it requires a connection');
    refusals.push(refusal);
    throw refusal;
  };
  const runner = recordingRunner(of, recorder, refuse);
  await watchReach(of.dataSource, refuse, () => body(runner));
  if (refusals[0]) throw refusals[0];
}

function recordingRunner(
  { dataSource, database }: Recorded,
  { keep, read }: Recorder,
  refuse: () => never,
): QueryRunner {
  const done = () => Promise.resolve();
  const refused = async () => Promise.resolve().then(refuse);
  let sent = 0;
  return Object.assign(closedRunner(dataSource, refuse), {
    query: (sql: string, parameters: readonly unknown[] = []) => {
      sent += 1;
      if (sent > MOST_STATEMENTS)
        return Promise.reject(new NotOffline(`it sends more than ${MOST_STATEMENTS} statements`));
      if (answersWithRows(sql, database)) return read(sql);
      keep(sql, parameters);
      return Promise.resolve([]);
    },
    connect: refused,
    stream: refused,
    release: done,
    startTransaction: done,
    commitTransaction: done,
    rollbackTransaction: () => Promise.reject(new NotOffline('it requires a connection')),
  });
}
