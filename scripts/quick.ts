/** The bundle of the commands that a manifest is enough for: scripts/build.js makes one file of it. */

import { existsSync } from 'node:fs';
import { usableManifest } from '../src/cli/access.js';
import { safely } from '../src/cli/io.js';
import { OrchestratorDbError } from '../src/errors/base.js';
import type { Manifest } from '../src/migrator/manifest/manifest.js';
import { dataSourceIn } from '../src/text/installed-commands.js';
import { io, main, project } from './main.js';

/**
 * Runs a command of `isQuickCall` where its manifest can be used.
 *
 * @returns whether it did; if not, nothing was done or printed
 */
export async function quick(argv: readonly string[]): Promise<boolean> {
  const manifest = manifestFor(argv);
  if (!manifest) return false;
  await main(argv, manifest);
  return true;
}

/** What fails here fails in the whole command line again, which reports it. */
function manifestFor(argv: readonly string[]): Manifest | undefined {
  const dataSource = dataSourceIn(argv);
  if (dataSource === undefined ? !project.isHome : !existsSync(dataSource)) return undefined;
  try {
    const silent = safely({ ...io, err: () => undefined });
    const found = usableManifest(dataSource === undefined ? {} : { dataSource }, { io: silent, project });
    return 'manifest' in found ? found.manifest : undefined;
  } catch (error) {
    if (error instanceof OrchestratorDbError) return undefined;
    throw error;
  }
}
