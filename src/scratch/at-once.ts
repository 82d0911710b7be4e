/** Work on several kinds of database: at once where there are processors for it, with results in their order. */

import { availableParallelism } from 'node:os';

/**
 * Does the same for each, and waits for all of them. The first error, in the order of the list, is thrown.
 *
 * @param canOverlap false for one after the other, up to the first error
 */
export async function forEachOf<One, T>(
  all: readonly One[],
  canOverlap: boolean,
  body: (one: One) => Promise<T>,
): Promise<readonly T[]> {
  if (!canOverlap || availableParallelism() < 2) return inTurn(all, body);
  const settled = await Promise.allSettled(all.map(body));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function inTurn<One, T>(all: readonly One[], body: (one: One) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const one of all) results.push(await body(one));
  return results;
}
