/** Sends the statements that a query has answered with, outside transactions. */

import { isConcurrent } from './concurrent-index.js';
import { assertValidIndex, clearInvalidIndex } from './invalid-index.js';
import type { Session } from '../session.js';

/** Limits on the wait for a lock, milliseconds; 0 is none. */
interface Waits {
  /** Of a statement that others wait behind. */
  readonly short: number;
  /** Of the session otherwise. */
  readonly usual: number;
}

/** Sends one: what builds an index beside others as the only statement of a revision, any other one with a short wait. */
export async function sendAnswer(
  session: Session,
  statement: string,
  { short, usual, send }: Waits & { readonly send: () => Promise<unknown> },
): Promise<unknown> {
  const waitingFor = async <T>(body: () => Promise<T>): Promise<T> => {
    await session.send([`SET lock_timeout = ${short}`]);
    return body().finally(() => session.send([`SET lock_timeout = ${usual}`]).catch(() => undefined));
  };
  if (!isConcurrent(statement)) return waitingFor(send);
  await clearInvalidIndex(session, statement);
  const answer = await send().catch(async (error: unknown) => {
    // What cannot be dropped now is dropped by the next run.
    await waitingFor(() => clearInvalidIndex(session, statement)).catch(() => undefined);
    throw error;
  });
  await assertValidIndex(session, statement);
  return answer;
}
