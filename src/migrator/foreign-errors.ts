/** Errors that the body of a class met elsewhere: a server of its own, another database, a service. */

import { isOwnError } from '../errors/base.js';
import type { MigrationDialect } from '../databases/migration-dialect.js';
import type { RunSession } from './run-session.js';

const foreign = new WeakSet();

/** What the statements of one body were answered with. */
export class OwnErrors {
  readonly #own = new Set<unknown>();

  /** Passes on what a statement gives, and remembers its error. */
  async of<T>(sent: Promise<T>): Promise<T> {
    return sent.catch((error: unknown) => {
      this.#own.add(error);
      throw error;
    });
  }

  /** Call it for what a body throws: an error that no statement of its session gave says nothing of this session. */
  judge(error: unknown): void {
    const isObject = typeof error === 'object' && error !== null;
    if (isObject && !this.#own.has(error) && !isOwnError(error)) foreign.add(error);
  }
}

/**
 * What a dialect concludes from an error. From a foreign one it concludes nothing: the session has not ended, none of
 * its limits was broken, and to try again is no remedy that is known.
 */
export function judging(run: RunSession, error: unknown): RunSession {
  const isForeign = foreign.has(error as object) && run.line?.ended === undefined;
  return isForeign ? { ...run, dialect: { ...run.dialect, ...NOTHING } } : run;
}

const NOTHING: Partial<MigrationDialect> = {
  isRetryable: () => false,
  isDisconnected: () => false,
  isRuleRefusal: () => false,
  wayOut: () => undefined,
  poolerRemedy: () => undefined,
  brokenLimit: () => undefined,
  numberUsed: () => undefined,
  readOnly: () => Promise.resolve(undefined),
};
