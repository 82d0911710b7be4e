/** Results of a query that note whether a class looks at them. */

/** What an await asks of any value; that is no look at the rows. */
const AWAITED = 'then';

/**
 * The result of a query. `onLook` is called at the first look at it; it may throw. What is no object, and what is never
 * looked at, decides nothing.
 */
export function watchedAnswer(result: unknown, onLook: () => void): unknown {
  if (typeof result !== 'object' || result === null) return result;
  return new Proxy(result, {
    get: (target, key, receiver) => {
      if (key !== AWAITED) onLook();
      return Reflect.get(target, key, receiver) as unknown;
    },
    has: (target, key) => {
      onLook();
      return Reflect.has(target, key);
    },
    ownKeys: (target) => {
      onLook();
      return Reflect.ownKeys(target);
    },
  });
}
