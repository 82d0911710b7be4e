import type { PostgresTarget } from '../../database-url.js';
import { scratchServer, withScratchDatabase, type PostgresServer } from '../../generate/scratch.js';
import type { Settings } from '../../settings.js';
import { held, type Lent } from './lent.js';

/** The embedded one of this process: it ends with it. */
let embedded: Promise<PostgresServer> | undefined;

/**
 * Lends an empty database of a random name, on the server of SCRATCH_DATABASE_URL or the embedded one.
 *
 * @throws ScratchDatabaseError where there is neither
 */
export async function lendPostgres(settings: Pick<Settings, 'scratch'>): Promise<Lent<PostgresTarget>> {
  const server = await (settings.scratch ? scratchServer(settings) : (embedded ??= scratchServer(settings)));
  return held((use) => withScratchDatabase(server.target, use));
}
