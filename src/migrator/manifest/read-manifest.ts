/** Reads a manifest, and decides whether it may stand in the place of the classes. Sends nothing, writes nothing. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toolVersion } from '../../package-version.js';
import { MANIFEST_FORMAT, manifestChecksum, type Manifest } from './manifest.js';
import { sha256 } from '../../text/sha256.js';

/** A manifest that may be used, or why there is none. */
export type FoundManifest = { readonly manifest: Manifest; readonly path: string } | UnusedManifest;

/** Why the revisions come from the DataSource. */
export interface UnusedManifest {
  /** A sentence. */
  readonly unused: string;
  /** Whether the file exists and another build would help. */
  readonly isStale: boolean;
}

/**
 * Reads the manifest at a path.
 *
 * @param dataSource the name of the file of the DataSource, which is in the same folder
 */
export function readManifest(path: string, dataSource: string): FoundManifest {
  const text = textOf(path);
  if (text === undefined) return { unused: `${path} does not exist.`, isStale: false };
  const manifest = parsed(text);
  const problem = manifest === undefined ? 'it is not complete' : problemOf(manifest, dataSource);
  if (manifest !== undefined && problem === undefined) {
    const changed = changedSource(manifest, dirname(path));
    if (changed === undefined) return { manifest, path };
    return { unused: `${path} is older than ${changed}.`, isStale: true };
  }
  return { unused: `${path} cannot be used: ${problem}.`, isStale: true };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parsed(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** The format and the version come first: a field of another version may have another meaning. */
function problemOf(manifest: Manifest, dataSource: string): string | undefined {
  const { format, writtenBy, checksum } = manifest as { [Name in keyof Manifest]?: unknown };
  if (format !== MANIFEST_FORMAT)
    return `its format is ${JSON.stringify(format)}, and this version reads ${MANIFEST_FORMAT}`;
  if (writtenBy !== toolVersion())
    return `orchestrator-db ${JSON.stringify(writtenBy)} has written it, and this is ${toolVersion()}`;
  if (checksum !== manifestChecksum(manifest)) return 'it was edited after it was written';
  if (manifest.dataSource !== dataSource)
    return `it is that of ${manifest.dataSource}, and the DataSource is in ${dataSource}`;
  return undefined;
}

/** The first file that is not what the build has read; undefined where all are. */
function changedSource({ files, folders }: Manifest, base: string): string | undefined {
  const file = Object.keys(files).find((path) => fileChecksum(join(base, path)) !== files[path]);
  if (file !== undefined) return join(base, file);
  const folder = Object.keys(folders).find(
    (path) => String(fileNames(join(base, path))) !== String(folders[path]),
  );
  return folder === undefined ? undefined : join(base, folder);
}

/** SHA-256 of a file; undefined where it cannot be read. */
export function fileChecksum(path: string): string | undefined {
  try {
    return sha256(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** The names in a folder, sorted; none where it cannot be read. */
export function fileNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
