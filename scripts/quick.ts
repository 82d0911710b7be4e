/** The bundle of the commands that a manifest is enough for: scripts/build.js makes a file of it for each database. */

import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { usableManifest } from '../src/cli/access.js';
import { safely } from '../src/cli/io.js';
import { addCommands } from '../src/cli/main.js';
import { OrchestratorDbError } from '../src/errors/base.js';
import type { DialectName } from '../src/databases/registry.js';
import type { Manifest } from '../src/migrator/manifest/manifest.js';
import { dataSourceIn } from '../src/text/installed-commands.js';
import { io, main, project } from './main.js';
import { Command as SmallCommand } from './small-commander.js';

/**
 * Runs a command of `isQuickCall` where its manifest can be used.
 *
 * @param dialect the database that the bundle is for
 * @returns whether it did; if not, nothing was done or printed
 */
export async function quick(argv: readonly string[], dialect: DialectName): Promise<boolean> {
  const manifest = isUnderstood(argv) ? manifestFor(argv, dialect) : undefined;
  if (!manifest) return false;
  await main(argv, manifest);
  return true;
}

const silent = safely({ ...io, err: () => undefined });

/** Whether the call needs no more of commander than there is here. */
function isUnderstood(argv: readonly string[]): boolean {
  const program = new SmallCommand('orchestrator-db');
  const registry = { program: program as unknown as Command, context: { io: silent, project } };
  addCommands({ ...registry, settle: () => undefined }, argv);
  return program.understands(argv);
}

/** What fails here fails in the whole command line again, which reports it. */
function manifestFor(argv: readonly string[], dialect: DialectName): Manifest | undefined {
  const dataSource = dataSourceIn(argv);
  if (dataSource === undefined ? !project.isHome : !existsSync(dataSource)) return undefined;
  try {
    const found = usableManifest(dataSource === undefined ? {} : { dataSource }, { io: silent, project });
    return 'manifest' in found && found.settings.database.dialect === dialect ? found.manifest : undefined;
  } catch (error) {
    if (error instanceof OrchestratorDbError) return undefined;
    throw error;
  }
}
