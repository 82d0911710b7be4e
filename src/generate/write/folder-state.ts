import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderChangedError } from '../../errors/generate.js';
import { SNAPSHOT_FILE } from '../compare/snapshot.js';
import { stampedFiles } from './file-form.js';
import { textIfThere } from './files.js';

const INDEX = /^index\.\w+$/;

/** The texts of what a folder of revisions holds, by the names of the files. */
type FolderState = ReadonlyMap<string, string | undefined>;

/** Reads the revisions, their index and the snapshot. */
export async function folderState(folder: string): Promise<FolderState> {
  const others = (await readdir(folder)).filter((file) => INDEX.test(file) || file === SNAPSHOT_FILE);
  const texts = new Map<string, string | undefined>();
  for (const file of [...stampedFiles(folder), ...others])
    texts.set(file, await textIfThere(join(folder, file)));
  return texts;
}

/** @throws FolderChangedError where another program, git for example, has changed it since */
export async function assertUnchanged(folder: string, before: FolderState): Promise<void> {
  const now = await folderState(folder);
  const files = [...new Set([...before.keys(), ...now.keys()])];
  const different = files.filter((file) => before.get(file) !== now.get(file)).sort();
  if (different.length > 0) throw new FolderChangedError(folder, different);
}
