import { cacheFolder } from '../../cache-folder.js';
import type { SqliteTarget } from '../../database-url.js';
import { unlessAborted } from '../abort.js';
import type { KeptDatabases, ScratchPlace } from '../scratch-place.js';
import { chooseSqliteDriver } from './driver.js';
import { keptFiles } from './kept.js';

const IN_MEMORY: SqliteTarget = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' };

/** Databases in memory, each of one connection. */
export function sqliteScratch(): ScratchPlace {
  return {
    leftBehind: [],
    isSetUp: false,
    kept: keptHere(),
    lend: (use, signal) =>
      unlessAborted(
        use(IN_MEMORY, () => undefined),
        signal,
      ),
    stop: () => Promise.resolve(),
  };
}

/** Only `sqlite3` copies a file into memory. */
function keptHere(): KeptDatabases | undefined {
  const folder = cacheFolder();
  const { type, module } = chooseSqliteDriver();
  if (folder === undefined || type !== 'sqlite') return undefined;
  const { VERSION: version } = module as { readonly VERSION: string };
  return keptFiles({ folder, version, empty: IN_MEMORY });
}
