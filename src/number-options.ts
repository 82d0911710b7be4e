/** What the options take that are numbers, of every part of the API. A value from a configuration may have any type. */

import { inspect } from 'node:util';
import { UsageError } from './errors/base.js';

/** The longest time that PostgreSQL's settings and the timers of Node.js take, milliseconds: about 24 days. */
const MOST_MS = 2_147_483_647;

/** The options that count; all others are times. */
const LEAST: Readonly<Record<string, number>> = { lockTries: 1, poolSize: 1, limit: 0 };

/** The least of times between two rounds of work, milliseconds; of all others it is 0. */
const LEAST_MS: Readonly<Record<string, number>> = { keepPartitionsMs: 1000 };

/** What an option takes, in words; undefined where the value is fine. Not given is fine. */
export function wantedNumber(option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const least = LEAST[option];
  if (least !== undefined)
    return Number.isSafeInteger(value) && Number(value) >= least
      ? undefined
      : `a whole number, ${least} or more`;
  const shortest = LEAST_MS[option] ?? 0;
  const isTime = typeof value === 'number' && value >= shortest && value <= MOST_MS;
  return isTime ? undefined : `a number of milliseconds from ${shortest} to ${MOST_MS}`;
}

/**
 * Makes sure that those of these options can be used that are given.
 *
 * @throws UsageError naming the first one that cannot
 */
export function assertNumbers<T extends object>(given: T, names: readonly (keyof T & string)[]): void {
  for (const name of names) {
    const wanted = wantedNumber(name, given[name]);
    if (wanted !== undefined)
      throw new UsageError(
        `The option ${name} is ${inspect(given[name])}; it takes ${wanted}. Nothing was changed.`,
      );
  }
}
