/** The bundle of the commands that a manifest is enough for: scripts/build.js makes one file of it. */

import { existsSync } from 'node:fs';
import { usableManifest } from '../src/cli/access.js';
import { safely } from '../src/cli/io.js';
import { OrchestratorDbError } from '../src/errors/base.js';
import { dataSourceIn } from '../src/text/installed-commands.js';
import { io, main, project } from './main.js';

/**
 * Runs a command of `isQuickCall` where its manifest can be used.
 *
 * @returns whether it did; if not, nothing was done or printed
 */
export async function quick(argv: readonly string[]): Promise<boolean> {
  if (!canUseManifest(argv)) return false;
  await main(argv);
  return true;
}

/** What fails here fails in the whole command line again, which reports it. */
function canUseManifest(argv: readonly string[]): boolean {
  const dataSource = dataSourceIn(argv);
  if (dataSource === undefined ? !project.isHome : !existsSync(dataSource)) return false;
  try {
    const silent = safely({ ...io, err: () => undefined });
    return (
      'manifest' in usableManifest(dataSource === undefined ? {} : { dataSource }, { io: silent, project })
    );
  } catch (error) {
    if (error instanceof OrchestratorDbError) return false;
    throw error;
  }
}
