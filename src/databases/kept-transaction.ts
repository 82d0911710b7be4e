import { plainWords } from '../sql/text.js';
import type { SqlLanguage } from '../sql/lexer.js';
import type { Session } from './session.js';

/**
 * Runs the body of a revision inside our transaction and keeps the transaction whole. It does not send what would end
 * it; a transaction that the body leaves open is an error.
 */
export async function keepingTransaction(
  session: Session,
  language: SqlLanguage,
  body: () => Promise<void>,
): Promise<void> {
  let refusal: Error | undefined;
  const stopWatching = session.watch((sql, send) => {
    const ending = transactionEndIn(sql, language);
    if (ending === undefined) return send();
    refusal = new Error(`it would end the transaction that it runs in (${ending}); remove that statement`);
    return Promise.reject(refusal);
  });
  try {
    await body();
  } finally {
    stopWatching();
  }
  if (refusal) throw refusal;
  if (session.openTransactions > 1)
    throw new Error('it left a transaction open (startTransaction without commitTransaction)');
}

const WORD = /\b(?:COMMIT|END|ABORT|ROLLBACK)\b/i;
const ENDING =
  /(?:^|;)\s*(COMMIT(?!\s+PREPARED)|END|ABORT|ROLLBACK(?!\s+(?:TRANSACTION\s+)?TO\b|\s+PREPARED))\b/i;

/**
 * The word that ends a transaction, if a statement has one. The body of a trigger or function ends with END as well.
 */
export function transactionEndIn(sql: string, language: SqlLanguage): string | undefined {
  // Nearly none has such a word, wherever it may stand.
  if (!WORD.test(sql)) return undefined;
  const plain = plainWords(sql, language);
  const hasBody = /^CREATE\b[^;]*?\b(TRIGGER|FUNCTION|PROCEDURE)\b/i.test(plain);
  const words = hasBody ? plain.replace(/\bEND\b/gi, ' ') : plain;
  return ENDING.exec(words)?.[1]?.toUpperCase();
}
