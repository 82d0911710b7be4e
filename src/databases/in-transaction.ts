import type { QueryRunner } from 'typeorm';
import { isOwnError, messageOf } from '../errors.js';
import { plainWords } from '../sql/text.js';
import { watchStatements } from './statement-watch.js';
import type { SqlLanguage } from '../sql/lexer.js';

/** COMMIT was sent and no answer came: nobody here knows whether it happened. */
export class CommitUncertain extends Error {}

/** How the two ends of a transaction are sent: each has what TypeORM would send, and what else goes with it. */
export interface TransactionEnds<T> {
  readonly begin: (sql: string) => Promise<unknown>;
  /** @param last what the body has answered */
  readonly commit: (sql: string, last: T) => Promise<unknown>;
}

/** Commits when the body succeeds; otherwise rolls back and throws what the body threw. */
export async function inTransaction<T>(
  queryRunner: QueryRunner,
  { begin, commit }: TransactionEnds<T>,
  body: () => Promise<T>,
): Promise<void> {
  let last: T;
  const sql = await unsent(queryRunner, () => queryRunner.startTransaction());
  await begin(sql).catch((error: unknown) => notBegun(queryRunner, error));
  try {
    last = await body();
  } catch (error) {
    await rollBack(queryRunner);
    throw error;
  }
  await committed(queryRunner, (word) => commit(word, last));
}

/** What TypeORM would have sent. */
async function unsent(queryRunner: QueryRunner, body: () => Promise<void>): Promise<string> {
  const seen: string[] = [];
  const stopWatching = watchStatements(queryRunner, (sql) => Promise.resolve(void seen.push(sql)));
  await body().finally(stopWatching);
  return seen.join('; ');
}

/**
 * Runs somebody's body inside our transaction, and keeps that whole: what would end it is not sent, and what the body
 * began and did not end is an error.
 */
export async function keepingTransaction(
  queryRunner: QueryRunner,
  language: SqlLanguage,
  body: () => Promise<void>,
): Promise<void> {
  let refusal: Error | undefined;
  const stopWatching = watchStatements(queryRunner, (sql, send) => {
    const ending = transactionEndIn(sql, language);
    if (ending === undefined) return send();
    refusal = new Error(`it would end the transaction that it is run in (${ending}); take that out of it`);
    return Promise.reject(refusal);
  });
  try {
    await body();
  } finally {
    stopWatching();
  }
  if (refusal) throw refusal;
  if (depthOf(queryRunner) > 1)
    throw new Error('it left a transaction of its own open (startTransaction without commitTransaction)');
}

const WORD = /\b(?:COMMIT|END|ABORT|ROLLBACK)\b/i;
const ENDING =
  /(?:^|;)\s*(COMMIT(?!\s+PREPARED)|END|ABORT|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b|\s+PREPARED))\b/i;

/** The word that ends a transaction, if a statement has one. The body of a trigger or function ends with END as well. */
export function transactionEndIn(sql: string, language: SqlLanguage): string | undefined {
  // Nearly none has such a word, wherever it may stand.
  if (!WORD.test(sql)) return undefined;
  const plain = plainWords(sql, language);
  const hasBody = /^CREATE\b[^;]*?\b(TRIGGER|FUNCTION|PROCEDURE)\b/i.test(plain);
  const words = hasBody ? plain.replace(/\bEND\b/gi, ' ') : plain;
  return ENDING.exec(words)?.[1]?.toUpperCase();
}

/** How many transactions and savepoints TypeORM has open on a connection. */
function depthOf(queryRunner: QueryRunner): number {
  return (queryRunner as unknown as { readonly transactionDepth: number }).transactionDepth;
}

async function committed(queryRunner: QueryRunner, commit: (sql: string) => Promise<unknown>): Promise<void> {
  // What is asked for while it is sent, to explain a failure, is no COMMIT any more.
  const stopWatching = watchStatements(queryRunner, (sql) => {
    stopWatching();
    return commit(sql);
  });
  // What ended before cannot have committed.
  const isGone = queryRunner.isReleased;
  try {
    await queryRunner.commitTransaction().finally(stopWatching);
  } catch (error) {
    await rollBack(queryRunner);
    throw isGone || isRefusal(error) || isOwnError(error)
      ? error
      : new CommitUncertain(messageOf(error), { cause: error });
  }
}

/** A server that answers with an SQLSTATE of its own, or SQLite, has not committed; 08 and 57P mean that it is gone. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return (
    typeof code === 'string' && /^([0-9A-Z]{5}|SQLITE_\w+)$/.test(code) && !/^(08|57P|EPIPE$)/.test(code)
  );
}

/** TypeORM counts a transaction as begun before it is. SQLite refuses to roll back what it has not begun. */
async function notBegun(queryRunner: QueryRunner, error: unknown): Promise<never> {
  await rollBack(queryRunner);
  if (queryRunner.isTransactionActive) await unsent(queryRunner, () => queryRunner.rollbackTransaction());
  throw error;
}

/** Savepoints first. A rollback that fails means that the connection is gone, and the database rolls back by itself. */
async function rollBack(queryRunner: QueryRunner): Promise<void> {
  try {
    while (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
  } catch {
    // Nothing can be sent any more.
  }
}
