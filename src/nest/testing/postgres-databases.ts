import type { PostgresTarget } from '../../database-url.js';
import {
  scratchServer,
  withScratchDatabase,
  type PostgresServer,
} from '../../databases/postgres/scratch/scratch.js';
import type { GuardScratch } from '../../databases/scratch-place.js';
import type { Settings } from '../../settings.js';
import { held, type DisposableDatabase } from './disposable.js';

/** The embedded one of this process: it ends with it. */
let embedded: Promise<PostgresServer> | undefined;
/** Those that are in use. */
const disposable = new Set<DisposableDatabase>();
let isWatching = false;

/**
 * Lends an empty database of a random name, on the server of SCRATCH_DATABASE_URL or the embedded one. Where it is not
 * given back, it is dropped when the process has nothing else to do.
 *
 * @throws ScratchDatabaseError where there is neither
 * @throws WrongScratchDatabaseError where a connection to it reaches another database
 * @throws ScratchUnreachableError where none reaches it
 */
export async function lendPostgres(settings: Pick<Settings, 'scratch'>): Promise<DisposableDatabase> {
  const server = await serverOf(settings);
  const { value, dispose } = await held<Guarded>((use) =>
    withScratchDatabase(server.target, (target, guard) => use({ target, guard })),
  );
  if (!isWatching) process.once('beforeExit', () => void giveBackAll());
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

/** A server that did not start is tried again. */
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

/** A module that does not compile is never closed. */
async function giveBackAll(): Promise<void> {
  await Promise.allSettled([...disposable].map((one) => one.dispose()));
}
