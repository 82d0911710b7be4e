import type { ScratchSettings } from '../../../settings.js';
import type { ScratchPlace } from '../../scratch-place.js';
import { leftBehind, scratchServer, withScratchDatabase } from './scratch.js';
import { keptDatabases } from './kept.js';
import { readSetUp } from './set-up.js';

/**
 * Databases on the server of SCRATCH_DATABASE_URL, else on the embedded one.
 *
 * @throws ScratchDatabaseError when there is neither
 * @throws ScratchSetupError for a file of set-up that cannot be read
 */
export async function postgresScratch(settings: ScratchSettings): Promise<ScratchPlace> {
  const setUp = await readSetUp(settings);
  const server = await scratchServer(settings);
  return {
    leftBehind: settings.scratch ? await leftBehind(server.target) : [],
    isSetUp: setUp !== undefined,
    kept: setUp === undefined ? keptDatabases(server.target, () => server.keep?.()) : undefined,
    lend: (use, signal) => withScratchDatabase(server.target, use, { signal, setUp }),
    stop: () => server.stop(),
  };
}
