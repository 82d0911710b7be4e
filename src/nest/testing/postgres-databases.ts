import type { PostgresTarget } from '../../database-url.js';
import {
  scratchServer,
  withScratchDatabase,
  type PostgresServer,
} from '../../databases/postgres/scratch/scratch.js';
import type { GuardScratch } from '../../databases/scratch-place.js';
import type { Settings } from '../../settings.js';
import { held, type DisposableDatabase } from './disposable.js';

/** The embedded server of this process; it ends with the process. */
let embedded: Promise<PostgresServer> | undefined;
/** The databases in use. */
const disposable = new Set<DisposableDatabase>();
let isWatching = false;

/**
 * Creates an empty database with a random name, on the server of SCRATCH_DATABASE_URL or the embedded one. A database
 * that is not disposed of is dropped when the process has no other work.
 *
 * @throws ScratchDatabaseError where neither server exists
 * @throws WrongScratchDatabaseError where a connection to it reaches another database
 * @throws ScratchUnreachableError where no connection reaches it
 */
export async function lendPostgres(settings: Pick<Settings, 'scratch'>): Promise<DisposableDatabase> {
  const server = await serverOf(settings);
  const { value, dispose } = await held<Guarded>((use) =>
    withScratchDatabase(server.target, (target, guard) => use({ target, guard })),
  );
  if (!isWatching) process.once('beforeExit', () => void disposeAll());
  isWatching = true;
  const one: DisposableDatabase = {
    value: value.target,
    guard: value.guard,
    dispose: () => {
      disposable.delete(one);
      return dispose();
    },
  };
  disposable.add(one);
  return one;
}

interface Guarded {
  readonly target: PostgresTarget;
  readonly guard: GuardScratch;
}

/** The server. One that did not start is started again on the next call. */
async function serverOf(settings: Pick<Settings, 'scratch'>): Promise<PostgresServer> {
  if (settings.scratch) return scratchServer(settings);
  embedded ??= scratchServer(settings);
  try {
    return await embedded;
  } catch (error) {
    embedded = undefined;
    throw error;
  }
}

/** Drops the databases that are left: a module that does not compile is never closed. */
async function disposeAll(): Promise<void> {
  await Promise.allSettled([...disposable].map((one) => one.dispose()));
}
