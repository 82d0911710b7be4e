/** Waits for a server that starts, for init. Other commands connect in open.ts. */

import type { GuardedDataSource } from '../data-source.js';
import { databaseOf } from '../databases/registry.js';
import { ConnectError } from '../errors/base.js';
import { paint, type Io } from './io.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/**
 * Connects, and retries for up to `limitMs` while the server is not reachable yet. Other failures, a wrong password for
 * example, fail at once.
 *
 * @throws ConnectError
 */
export async function connectWithin(dataSource: GuardedDataSource, limitMs: number, io: Io): Promise<void> {
  const deadline = io.now() + limitMs;
  dataSource.setOptions(databaseOf(dataSource).survivingOptions(dataSource));
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    limitAttempt(dataSource, Math.max(deadline - io.now(), FIRST_PAUSE_MS));
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (!isWorthWaiting(error) || io.now() + pause >= deadline) throw error;
      if (io.isTerminal)
        io.err(
          paint(
            io,
            'faint',
            `${error.message} Retrying for up to ${Math.ceil((deadline - io.now()) / 1000)} s.`,
          ),
        );
    }
    await io.pause(pause);
  }
}

/** Limits one attempt to the time that remains. */
function limitAttempt(dataSource: GuardedDataSource, remainingMs: number): void {
  const connectTimeoutMS = Math.min(dataSource.settings.connectTimeoutMs, Math.ceil(remainingMs));
  dataSource.setOptions({ connectTimeoutMS });
}

function isWorthWaiting(error: unknown): error is ConnectError {
  return error instanceof ConnectError && error.failure.transient;
}
