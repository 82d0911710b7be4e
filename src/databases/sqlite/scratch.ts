import type { SqliteTarget } from '../../database-url.js';
import { unlessAborted } from '../abort.js';
import type { ScratchPlace } from '../scratch-place.js';

const IN_MEMORY: SqliteTarget = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' };

/** Databases in memory, each of one connection. */
export const sqliteScratch: ScratchPlace = {
  leftBehind: [],
  isSetUp: false,
  lend: (use, signal) =>
    unlessAborted(
      use(IN_MEMORY, () => undefined),
      signal,
    ),
  stop: () => Promise.resolve(),
};
