import { databaseWords } from '../errors/base.js';
import { plainWords } from '../sql/text.js';
import type { SqlLanguage } from '../sql/lexer.js';
import type { Session } from './session.js';
import { TransactionEnded } from './transaction-ended.js';

/** How the transaction of a revision is known. */
interface Kept {
  readonly language: SqlLanguage;
  /** Whether it is still open; true where that cannot be found out. Asked only after a failure. */
  readonly isOpen: () => Promise<boolean>;
  /** Whether the database itself may end it when a statement fails, so that the next one would run outside it. */
  readonly endsByFailure: boolean;
}

/**
 * Runs the body of a revision inside our transaction and keeps the transaction whole. It does not send what would end
 * it, and sends nothing more once the database has ended it; a transaction that the body leaves open is an error.
 *
 * @throws TransactionEnded when it failed and the transaction had ended unseen
 */
export async function keepingTransaction(
  session: Session,
  { language, isOpen, endsByFailure }: Kept,
  body: () => Promise<void>,
): Promise<void> {
  let refusal: Error | undefined;
  const seen = { hasEnded: false };
  const refuse = (error: Error) => Promise.reject((refusal = error));
  const stopWatching = session.watch((sql, send) => {
    if (seen.hasEnded && refusal) return Promise.reject(refusal);
    const ending = transactionEndIn(sql, language);
    if (ending !== undefined) return refuse(wouldEnd(ending));
    return endsByFailure ? send().catch(orEnded) : send();
  });
  try {
    await body();
  } catch (error) {
    if (seen.hasEnded || (await isOpen())) throw error;
    throw new TransactionEnded({ cause: error });
  } finally {
    stopWatching();
  }
  if (refusal) throw refusal;
  if (session.openTransactions > 1)
    throw new Error('it left a transaction open (startTransaction without commitTransaction)');

  async function orEnded(error: unknown): Promise<never> {
    if (await isOpen()) throw error;
    seen.hasEnded = true;
    refusal = endedBy(error);
    throw error;
  }
}

function wouldEnd(word: string): Error {
  return new Error(`it would end the transaction that it runs in (${word}); remove that statement`);
}

function endedBy(error: unknown): Error {
  const words = `a statement failed and ended the transaction that it runs in (${databaseWords(error)}); the class must not continue after that`;
  return new Error(words, { cause: error });
}

const WORD = /\b(?:COMMIT|END|ABORT|ROLLBACK|PREPARE)\b/i;
const ENDING =
  /(?:^|;)\s*(COMMIT(?!\s+PREPARED)|END|ABORT|PREPARE\s+TRANSACTION|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b|\s+PREPARED))\b/i;

/**
 * The words that end a transaction, if a statement has them. The body of a trigger or function ends with END as well.
 */
export function transactionEndIn(sql: string, language: SqlLanguage): string | undefined {
  // Nearly none has such a word, wherever it may stand.
  if (!WORD.test(sql)) return undefined;
  const plain = plainWords(sql, language);
  const hasBody = /^CREATE\b[^;]*?\b(TRIGGER|FUNCTION|PROCEDURE)\b/i.test(plain);
  const words = hasBody ? plain.replace(/\bEND\b/gi, ' ') : plain;
  return ENDING.exec(words)?.[1]?.replace(/\s+/g, ' ').toUpperCase();
}
