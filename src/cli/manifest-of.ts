/** Describes a compiled DataSource as a manifest, or refuses where commands could differ from those over TypeORM. */

import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GuardedDataSource } from '../data-source.js';
import { recordTables } from '../databases/records/tables.js';
import { DATABASES, databaseOf, type KnownDatabase } from '../databases/registry.js';
import { ManifestRefusedError } from '../errors/manifest.js';
import { LineLogger } from '../logger.js';
import { describeEntities, type Description } from '../metadata/describe.js';
import { isOwnError } from '../errors/base.js';
import { isAsListed } from '../migrator/body.js';
import { loadEntities, loadRevisions } from '../migrator/load-revisions.js';
import { desiredText, type DesiredSchemas } from '../migrator/manifest/desired.js';
import {
  MANIFEST_FORMAT,
  manifestChecksum,
  type Manifest,
  type RecordedDatabase,
  type RecordedRevision,
} from '../migrator/manifest/manifest.js';
import { fileChecksum, fileNames } from '../migrator/manifest/read-manifest.js';
import { recorded } from '../migrator/manifest/recorded-revisions.js';
import { isPlain } from '../migrator/revision.js';
import { entityTablesOf } from '../migrator/state.js';
import { toolVersion } from '../package-version.js';
import { isParsedFrom, type Environment } from '../settings.js';
import { sha256 } from '../text/sha256.js';
import { shortList } from '../text/short-list.js';

/** A DataSource that was loaded from a compiled file. */
interface Loaded {
  readonly dataSource: unknown;
  /** Its file, in full. */
  readonly path: string;
  /** The files of the project that loading it has loaded, in full, with its own. */
  readonly files: readonly string[];
  readonly env: Environment;
}

/** What a build writes. */
interface Built {
  readonly manifest: Manifest;
  /** The text of the file with the schemas of the entities. */
  readonly desired: string;
}

/** @throws ManifestRefusedError, RevisionInvalidError */
export async function manifestOf(loaded: Loaded): Promise<Built> {
  const { path, files, env } = loaded;
  const dataSource = ownKind(loaded.dataSource, env);
  for (const file of files) assertPlainFile(file);
  dataSource.assertSound();
  const folder = dirname(path);
  const from = (file: string) => relative(folder, file).replaceAll('\\', '/');
  const { migrationsFolder } = dataSource;
  const databases = await databasesOf(dataSource);
  const desired = desiredText(await desiredIn(dataSource, Object.keys(databases)));
  const content: Manifest = {
    format: MANIFEST_FORMAT,
    writtenBy: toolVersion(),
    checksum: '',
    dataSource: from(path),
    files: Object.fromEntries([...files].sort().map((file) => [from(file), fileChecksum(file) ?? ''])),
    folders: migrationsFolder === undefined ? {} : { [from(migrationsFolder)]: fileNames(migrationsFolder) },
    databases,
    revisions: await revisionsOf(dataSource),
    desired: sha256(desired),
  };
  const plain = JSON.parse(JSON.stringify(content)) as Manifest;
  return { manifest: { ...plain, checksum: manifestChecksum(plain) }, desired };
}

/** Only of these is it known how they come to their settings. */
function ownKind(dataSource: unknown, env: Environment): GuardedDataSource {
  if (!(dataSource instanceof GuardedDataSource) || dataSource.constructor !== GuardedDataSource)
    throw new ManifestRefusedError('the DataSource was not made by createDataSource of this package');
  if (!isParsedFrom(env, dataSource.settings))
    throw new ManifestRefusedError('the settings of the DataSource are not parseSettings(process.env)');
  if (!(dataSource.logger instanceof LineLogger))
    throw new ManifestRefusedError('the DataSource has a logger of its own');
  return dataSource;
}

/** Words with which a file reads or sets environment variables that the command line would not know. */
const ENVIRONMENT = /\bdotenv\b|\bloadEnvFile\b|@nestjs\/config|\bprocess\.env\b|\bprocess\s*\[/;
const PARSED = /parseSettings\)?\(\s*(?:\w+\.)?process\.env\s*\)/g;

function assertPlainFile(file: string): void {
  const text = readFileSync(file, 'utf8').replace(PARSED, '');
  const [found] = ENVIRONMENT.exec(text) ?? [];
  if (found !== undefined)
    throw new ManifestRefusedError(
      `${file} contains ${found}, so the DataSource may depend on more than the settings`,
    );
}

async function revisionsOf(dataSource: GuardedDataSource): Promise<readonly RecordedRevision[]> {
  const [revisions, again] = [await loadRevisions(dataSource), await loadRevisions(dataSource)];
  const byHand = revisions.filter(
    (revision) =>
      isPlain(revision) || !isAsListed(revision.migration, 'up') || !isAsListed(revision.migration, 'down'),
  );
  if (byHand.length > 0)
    throw new ManifestRefusedError(
      `${shortList(byHand.map(({ id }) => id))}: written by hand, without lists of statements`,
    );
  const lists = revisions.map(recorded);
  if (!isDeepStrictEqual(lists, again.map(recorded)))
    throw new ManifestRefusedError('a revision has other statements each time that its class is used');
  return lists;
}

/** Without those that the entities do not suit. */
async function databasesOf(dataSource: GuardedDataSource): Promise<Manifest['databases']> {
  const found: Partial<Record<string, RecordedDatabase>> = {};
  for (const database of DATABASES) {
    const recordedOne = await databaseIn(dataSource, database);
    if (recordedOne) found[database.name] = recordedOne;
  }
  return found;
}

/** The schemas of the entities for these databases, where a check can do with them. */
async function desiredIn(dataSource: GuardedDataSource, names: readonly string[]): Promise<DesiredSchemas> {
  const found: Partial<Record<string, Description>> = {};
  for (const database of DATABASES) {
    const desired = names.includes(database.name) ? await desiredOn(dataSource, database) : undefined;
    if (desired) found[database.name] = desired;
  }
  return found;
}

/**
 * Undefined where a check reads the entities: views are compared with records of TypeORM, and options may name a schema.
 * What JSON would change is left out too.
 */
async function desiredOn(
  dataSource: GuardedDataSource,
  database: KnownDatabase,
): Promise<Description | undefined> {
  const { schema } = dataSource.options as { readonly schema?: string };
  if (schema !== undefined) return undefined;
  try {
    const there = dataSource.elsewhere(database.offlineTarget);
    await there.buildUnconnected();
    const description = describeEntities(there);
    const kept = JSON.parse(JSON.stringify(description)) as Description;
    return description.views.length === 0 && isDeepStrictEqual(kept, description) ? kept : undefined;
  } catch (error) {
    // The check reports what is wrong with the entities.
    if (isOwnError(error)) return undefined;
    throw error;
  }
}

/** The DataSource, or one like it on another database; neither is connected. */
function sourceOn(dataSource: GuardedDataSource, database: KnownDatabase): GuardedDataSource {
  return databaseOf(dataSource) === database ? dataSource : dataSource.elsewhere(database.offlineTarget);
}

/** Undefined where the entities suit another database only. */
async function databaseIn(
  dataSource: GuardedDataSource,
  database: KnownDatabase,
): Promise<RecordedDatabase | undefined> {
  const there = sourceOn(dataSource, database);
  try {
    await loadEntities(there);
    const tables = recordTables(dataSource, database.capabilities.schemas);
    return { tables, entityTables: entityTablesOf(there) };
  } catch (error) {
    if (there === dataSource) throw error;
    return undefined;
  }
}
