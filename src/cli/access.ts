/** Opens what the commands of the migrator work on: by the manifest of a build, or by the DataSource. */

import { basename, dirname, join, resolve } from 'node:path';
import type { Purpose } from '../databases/session.js';
import { LineLogger } from '../logger.js';
import { accessOf, type Access } from '../migrator/access.js';
import { withManifest } from '../migrator/manifest/manifest-access.js';
import { MANIFEST_FILE, type Manifest } from '../migrator/manifest/manifest.js';
import { readManifest, type FoundManifest, type UnusedManifest } from '../migrator/manifest/read-manifest.js';
import { parseSettings, type Settings } from '../settings.js';
import type { Io } from './io.js';
import type { CommandContext, DataSourceOption } from './open.js';
import type { Origin } from './shown-status.js';

/** What a command does with a database. */
interface Opening<T> {
  readonly context: CommandContext;
  readonly purpose: Purpose;
  readonly use: (access: Access, origin: Origin) => Promise<T>;
  /** Why this command needs the entities, a sentence; undefined where it does not. */
  readonly entitiesFor?: (manifest: Manifest) => string | undefined;
}

/**
 * Runs `use` with an access to the database. TypeORM is loaded only where no manifest can be used.
 *
 * @throws ConnectError, RevisionInvalidError
 */
export async function withAccess<T>(
  option: DataSourceOption,
  { context, purpose, use, entitiesFor = () => undefined }: Opening<T>,
): Promise<T> {
  const { io } = context;
  const found = usableManifest(option, context, entitiesFor);
  if (!('manifest' in found)) return overDataSource(option, { context, purpose, use }, found.unused);
  const opening = openingFor(found.settings, purpose, io);
  return withManifest(found.manifest, opening, (access) => use(access, { revisionsFrom: 'manifest' }));
}

/** How a session is opened that needs no TypeORM. */
export function openingFor(settings: Settings, purpose: Purpose, io: Io): Parameters<typeof withManifest>[1] {
  const logger = new LineLogger(settings.logLevel, io.err);
  const onWarning = (words: string) => logger.log('warn', words);
  return { settings: { ...settings, replicas: [] }, purpose, onWarning };
}

/** A manifest with the settings to connect by, or why none is used. */
type UsableManifest =
  | { readonly manifest: Manifest; readonly path: string; readonly settings: Settings }
  | Pick<UnusedManifest, 'unused'>;

/**
 * The manifest of a DataSource, where the settings lead to a connection that needs no TypeORM.
 *
 * @throws SettingsError
 */
export function usableManifest(
  option: DataSourceOption,
  context: CommandContext,
  entitiesFor: (manifest: Manifest) => string | undefined = () => undefined,
): UsableManifest {
  const found = findManifest(option, context);
  if (!('manifest' in found)) {
    noteStale(found, context);
    return found;
  }
  const { manifest, path } = found;
  const settings = parseSettings(context.io.env);
  const unused = reasonIn(settings) ?? missingIn(manifest, settings) ?? entitiesFor(manifest);
  return unused === undefined ? { manifest, path, settings } : { unused };
}

/** The compiled file that exports the DataSource of this package, beside its manifest. */
export const OWN_DATA_SOURCE = 'ormconfig.js';

/** The manifest of the named DataSource, or that of this package's own. */
function findManifest({ dataSource }: DataSourceOption, { project, io }: CommandContext): FoundManifest {
  if (project.readManifest) return { manifest: project.readManifest, path: project.manifest ?? '' };
  if (dataSource === undefined)
    return project.manifest === undefined
      ? { unused: 'The sources are not compiled.', isStale: false }
      : readManifest(project.manifest, OWN_DATA_SOURCE);
  if (!io.env['DATABASE_URL'])
    return { unused: 'DATABASE_URL is not set, so the DataSource decides.', isStale: false };
  const path = resolve(dataSource);
  return readManifest(join(dirname(path), MANIFEST_FILE), basename(path));
}

function missingIn({ databases }: Manifest, { database: { dialect } }: Settings): string | undefined {
  return databases[dialect] === undefined ? `The manifest has nothing for ${dialect}.` : undefined;
}

/** Other settings lead to connections that only TypeORM makes. */
function reasonIn({ database, direct, replicas, logLevel }: Settings): string | undefined {
  if (logLevel === 'sql') return 'DB_LOG=sql shows the statements of TypeORM.';
  if (direct !== undefined) return 'DATABASE_DIRECT_URL is compared with DATABASE_URL over TypeORM.';
  if (replicas !== undefined) return 'DATABASE_REPLICA_URLS are compared with DATABASE_URL over TypeORM.';
  if ('list' in database) return 'DATABASE_URL has several servers.';
  return undefined;
}

/** A person who builds a manifest expects that it is used. */
function noteStale({ unused, isStale }: UnusedManifest, { io }: CommandContext): void {
  if (isStale)
    io.err(`note: The revisions come from the DataSource, which takes longer: ${unused} Build it again.`);
}

async function overDataSource<T>(
  option: DataSourceOption,
  { context, purpose, use }: Omit<Opening<T>, 'entitiesFor'>,
  manifestUnused: string,
): Promise<T> {
  const { reading, reverting, writing } = await import('./open.js');
  const connected = { read: reading, revert: reverting, write: writing }[purpose];
  return connected(option, context, (dataSource) =>
    use(accessOf(dataSource), { revisionsFrom: 'data-source', manifestUnused }),
  );
}
