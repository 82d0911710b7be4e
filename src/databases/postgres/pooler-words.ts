/** What to set where PgBouncer has refused a run or ended its connection. It says so in English only. */

import { messageOf } from '../../errors/base.js';

const DIRECT = 'or set DATABASE_DIRECT_URL to the server itself';

/** By the name of the setting, as in https://www.pgbouncer.org/config.html */
const REMEDIES: readonly (readonly [words: RegExp, remedy: string])[] = [
  [
    /\bquery_wait_timeout\b/,
    `PgBouncer had no server connection to give within its query_wait_timeout, and a run needs two at once: allow a pool of at least 2 (pool_size), ${DIRECT}.`,
  ],
  [
    /\bidle transaction timeout\b/,
    `PgBouncer's idle_transaction_timeout ended it, and the lock is a transaction that stays open for the whole run: set it to 0 for this user, ${DIRECT}.`,
  ],
  [
    /\bquery timeout\b/,
    `PgBouncer's query_timeout ended it, and a statement of a revision may take longer: set it to 0 for this user, ${DIRECT}.`,
  ],
  [
    /\bPQexec disallowed\b/,
    `PgBouncer's disable_pqexec forbids messages of several statements, which a run sends: set it to 0, ${DIRECT}.`,
  ],
];

/** A sentence; undefined for all that PgBouncer does not say, and where trying again is enough. */
export function poolerRemedy(error: unknown): string | undefined {
  const words = messageOf(error);
  return REMEDIES.find(([pattern]) => pattern.test(words))?.[1];
}
