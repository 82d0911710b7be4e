/** The first steps of a run under its lock, which locks of other sessions on the records may keep waiting. */

import { messageOf } from '../errors/base.js';
import { LockUnavailableError } from '../errors/migration.js';
import { lockHolders } from '../errors/table-locked.js';
import type { HeldLock } from '../databases/lock.js';
import { withRetries, type RetryOptions } from './retry.js';
import type { Context } from './run-context.js';
import { runLimits } from './run-limits.js';

/** After so long without an answer, a warning says what may keep the server waiting. */
const PATIENCE_MS = 10_000;

const WAITING = `the server has not answered the first statements of the run for ${PATIENCE_MS / 1000} s, and the run goes on waiting.`;

/** Tries again what another session's lock stops, while the migration lock is held. */
export async function beginning<T>(context: Context, held: HeldLock, body: () => Promise<T>): Promise<T> {
  const { project, signal } = context;
  try {
    return await withRetries(retriesOf(context, held), () => {
      signal.throwIfAborted();
      return patiently(context, body);
    });
  } catch (error) {
    if (!project.dialect.isDisconnected(error)) held.lost.throwIfAborted();
    if (!project.dialect.isRetryable(error)) throw error;
    signal.throwIfAborted();
    throw await unnoted(context, error);
  }
}

/** Warns once where the body takes long. */
async function patiently<T>({ project, clock, emit }: Context, body: () => Promise<T>): Promise<T> {
  const { slowStart } = project.dialect;
  if (slowStart === undefined) return body();
  const over = new AbortController();
  const warned = clock
    .pause(PATIENCE_MS, over.signal)
    .then(() => emit({ kind: 'warning', message: `${WAITING} ${slowStart}` }))
    .catch(() => undefined);
  try {
    return await body();
  } finally {
    over.abort();
    await warned;
  }
}

function retriesOf(context: Context, { lost }: HeldLock): RetryOptions {
  const { project, clock, signal, options, emit } = context;
  return {
    tries: runLimits(options).lockTries,
    clock,
    signal: AbortSignal.any([signal, lost]),
    isWorthIt: (error) => project.dialect.isRetryable(error),
    onRetry: async ({ error, pauseMs }) => {
      const why = await holders(context);
      const words = `the run cannot begin: ${messageOf(error)}; trying again in ${pauseMs} ms`;
      emit({ kind: 'warning', message: why === '' ? words : `${words}. ${why}` });
    },
  };
}

/** Another connection writes, and has not ended before all tries were made. */
async function unnoted(context: Context, error: unknown): Promise<LockUnavailableError> {
  const why = await holders(context);
  const again =
    why === ''
      ? 'Another connection is writing; run the command again when it has finished.'
      : `${why} Then run the same command again.`;
  return new LockUnavailableError(
    `The run could not begin: ${messageOf(error)}. Nothing was changed. ${again}`,
    {
      cause: error,
    },
  );
}

/** Who is in the way, in sentences; empty where that is unknown. */
async function holders({ project, session }: Context): Promise<string> {
  const { dialect, tables } = project;
  const locks = await dialect.recordLocks(session, tables).catch(() => []);
  return locks.length === 0 ? '' : lockHolders(locks);
}
