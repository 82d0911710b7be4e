import type { Settings } from '../../../settings.js';
import type { ScratchPlace } from '../../scratch-place.js';
import { leftBehind, scratchServer, withScratchDatabase } from './scratch.js';

/**
 * Databases on the server of SCRATCH_DATABASE_URL, else on the embedded one.
 *
 * @throws ScratchDatabaseError when there is neither
 */
export async function postgresScratch(settings: Pick<Settings, 'scratch'>): Promise<ScratchPlace> {
  const server = await scratchServer(settings);
  return {
    leftBehind: settings.scratch ? await leftBehind(server.target) : [],
    lend: (use, signal) => withScratchDatabase(server.target, use, signal),
    stop: () => server.stop(),
  };
}
