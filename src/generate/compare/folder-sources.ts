import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SNAPSHOT_FILE } from './snapshot.js';
import { GenerateError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';

/** A file of a folder of revisions, with its text. */
interface FolderSource {
  readonly path: string;
  readonly text: string;
}

/** TypeScript, JavaScript and what it is compiled to; declarations contain no class. */
export function isSourceFile(path: string): boolean {
  return /\.[cm]?[jt]sx?$/i.test(path) && !/\.d\.[cm]?ts$/i.test(path);
}

/**
 * Reads the sources of a folder of revisions. A folder inside that has a snapshot of its own may belong to another
 * DataSource.
 *
 * @throws GenerateError for one that cannot be read
 */
export function readSources(folder: string): Promise<readonly FolderSource[]> {
  return readFolder(folder, { file: isSourceFile, folder: (names) => !names.includes(SNAPSHOT_FILE) });
}

/**
 * Reads the files of a folder and of the folders in it, in the order of their paths.
 *
 * @param takes which files, and which of the folders by the names of their entries
 * @throws GenerateError for one that cannot be read
 */
export async function readFolder(
  folder: string,
  takes: {
    readonly file: (path: string) => boolean;
    readonly folder: (names: readonly string[]) => boolean;
  },
): Promise<readonly FolderSource[]> {
  const sources: FolderSource[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      const text = takes.file(path) && !isSpecial(entry) ? await textOf(path) : undefined;
      if (text !== undefined) sources.push({ path, text });
    } else if (!PASSED_OVER.test(entry.name) && takes.folder((await entriesOf(path)).map(({ name }) => name)))
      sources.push(...(await readFolder(path, takes)));
  }
  return sources;
}

/** In the order of their names; none of a folder that is not there, or was removed meanwhile. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  const entries = await orNone(folder, () => readdir(folder, { withFileTypes: true }));
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Packages, and what tools keep for themselves. */
const PASSED_OVER = /^(?:node_modules$|\.)/;

/** Reading a pipe would block. */
function isSpecial(entry: { isFile(): boolean; isSymbolicLink(): boolean }): boolean {
  return !entry.isFile() && !entry.isSymbolicLink();
}

/** None for a link that leads to no file, and for a file that was removed meanwhile. */
function textOf(path: string): Promise<string | undefined> {
  return orNone(path, () => readFile(path, 'utf8'));
}

async function orNone<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'EISDIR', 'ELOOP'].includes(code)) return undefined;
    throw new GenerateError(
      `${path} cannot be read: ${messageOf(error)}. Nothing was written. ${fileRemedy(error)}`,
      {
        cause: error,
      },
    );
  }
}
