/** Scratch databases of all kinds: creates them for a generation, and drops them when it ends. */

import type { DataSource } from 'typeorm';
import { databaseNamed, DATABASES, type DialectName } from '../databases/registry.js';
import type { MigrationInterface } from 'typeorm';
import type { ScratchSettings } from '../settings.js';
import { unlessAborted } from '../databases/abort.js';
import type { ScratchPlace } from '../databases/scratch-place.js';
import type { ScratchSource, ScratchSources } from './scratch-sources.js';
import { forEachOf } from './at-once.js';
import { connected } from './connected.js';
import { areLists, KeptHistory, type AtHead } from './kept-history.js';
import { confined } from './confined.js';
import { createExternalTables } from './external-tables.js';
import { leaveOutSubscriptions } from './subscriptions.js';
import { noteSetUp } from './set-up-objects.js';

/** Provides DataSources on databases of their own: empty, but for the set-up and the external tables of the project. */
export interface ScratchDatabases {
  readonly dialects: readonly DialectName[];
  /** Does the same for each dialect. At once, unless a class written by hand runs: it may share something with itself. */
  forEach<T>(body: (dialect: DialectName) => Promise<T>): Promise<readonly T[]>;
  /** Databases on an external server that earlier processes could not drop because they were killed. */
  readonly leftBehind: readonly string[];
  /** @param more revisions after those of the project */
  lend<T>(
    dialect: DialectName,
    more: readonly (new () => MigrationInterface)[],
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T>;
  /**
   * The same, at the head of the project. The history runs once; later calls, also those of other processes, get copies
   * of what it has made.
   */
  lendAtHead<T>(
    dialect: DialectName,
    { more, toHead }: AtHead,
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<T>;
}

/** What scratch databases are needed for. */
interface ScratchNeeds {
  readonly settings: ScratchSettings;
  readonly sources: ScratchSources;
  /** Aborts it: databases in use are dropped. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts or finds the server for scratch databases, where one is needed, and provides databases on it. Each has a
 * random name and is dropped after use. It connects to nothing else.
 *
 * @throws ScratchDatabaseError, WrongScratchDatabaseError, ScratchSetupError
 */
export async function withScratchDatabases<T>(
  { settings, sources, signal }: ScratchNeeds,
  use: (databases: ScratchDatabases) => Promise<T>,
): Promise<T> {
  const databases = DATABASES.filter(({ name }) => sources[name] !== undefined);
  const places = new Map<DialectName, ScratchPlace>();
  try {
    for (const { name, scratch } of databases) {
      signal?.throwIfAborted();
      places.set(name, await unlessAborted(scratch(settings), signal, START_MS));
    }
    const lending: Lending = { places, sources, settings, signal, histories: new Map() };
    const dialects = databases.map(({ name }) => name);
    return await use({
      dialects,
      forEach: (body) => forEachOf(dialects, dialects.every(haveLists(sources)), body),
      leftBehind: [...places.values()].flatMap((place) => place.leftBehind),
      lend: (dialect, more, body) => useScratchDatabase(lending, { dialect, more }, body),
      lendAtHead: (dialect, atHead, body) => useAtHead(lending, { dialect, ...atHead }, body),
    });
  } finally {
    for (const place of places.values()) await place.stop();
  }
}

function haveLists(sources: ScratchSources): (dialect: DialectName) => boolean {
  return (dialect) => {
    const dataSource = sources[dialect]?.(databaseNamed(dialect).offlineTarget, []);
    return dataSource !== undefined && areLists(dataSource);
  };
}

/** How long starting or asking a server may still take when a signal is aborted meanwhile, milliseconds. */
const START_MS = 5000;

interface Lending extends ScratchNeeds {
  readonly places: ReadonlyMap<DialectName, ScratchPlace>;
  /** By dialect, those that are kept; undefined where nothing can be kept. */
  readonly histories: Map<DialectName, KeptHistory | undefined>;
}

interface Wanted {
  readonly dialect: DialectName;
  readonly more: readonly (new () => MigrationInterface)[];
}

function placed({ places, sources }: Lending, dialect: DialectName): Placed {
  const [place, source] = [places.get(dialect), sources[dialect]];
  if (!place || !source) throw new TypeError(`No DataSource for ${dialect}.`);
  return { place, source };
}

interface Placed {
  readonly place: ScratchPlace;
  readonly source: ScratchSource;
}

function useScratchDatabase<T>(
  lending: Lending,
  { dialect, more }: Wanted,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const { signal } = lending;
  signal?.throwIfAborted();
  const { place, source } = placed(lending, dialect);
  return place.lend((target, guard) => {
    const dataSource = source(target, more);
    guard(dataSource);
    return connected(dataSource, databaseNamed(dialect), async () => {
      if (place.isSetUp) await noteSetUp(dataSource);
      await createExternalTables(dataSource);
      leaveOutSubscriptions(dataSource);
      return confined(dataSource, () => use(dataSource));
    });
  }, signal);
}

/** On a copy of a kept database, where there is one. */
async function useAtHead<T>(
  lending: Lending,
  { dialect, more, toHead }: Pick<Wanted, 'dialect'> & AtHead,
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  lending.signal?.throwIfAborted();
  const { place, source } = placed(lending, dialect);
  if (!lending.histories.has(dialect))
    lending.histories.set(dialect, KeptHistory.of(place, source, { dialect, ...lending }));
  const history = lending.histories.get(dialect);
  const found = await history?.lend({ more, toHead }, use);
  if (found) return found.value;
  lending.histories.set(dialect, undefined);
  return useScratchDatabase(lending, { dialect, more }, async (dataSource) => {
    await toHead(dataSource);
    return use(dataSource);
  });
}
