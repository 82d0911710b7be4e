import { basename } from 'node:path';
import { RevisionNotListedError } from '../../errors/generate.js';
import { isSourceFile, readFolder } from './folder-sources.js';
import { SNAPSHOT_FILE } from './snapshot.js';
import { revisionClasses } from './source-classes.js';

/**
 * Makes sure that the DataSource has the revisions of the folder: what they make would be generated a second time.
 * They are known by their classes, whatever their files are called and wherever in the folder they are. Classes that
 * are not of this package may belong to another DataSource, so of these only the head of the snapshot counts; so may a
 * folder inside that has a snapshot of its own.
 *
 * @param listed ids of the revisions of the DataSource
 * @throws RevisionNotListedError
 */
export async function assertListed(
  folder: string,
  listed: readonly string[],
  head: string | null,
): Promise<void> {
  const sources = await readFolder(folder, {
    file: isSourceFile,
    folder: (names) => !names.includes(SNAPSHOT_FILE),
  });
  const missing = sources.flatMap(({ path: file, text }) =>
    revisionClasses(text)
      .filter(({ names, isOurs }) => isOurs || (head !== null && names.includes(head)))
      .filter(({ names }) => !names.some((name) => listed.includes(name)))
      .flatMap(({ names: [id = ''] }) => [{ id, file }]),
  );
  if (missing.length > 0) throw new RevisionNotListedError(missing);
}

/**
 * The files of a folder in which something of the head is left that the DataSource does not have: its id or its stamp,
 * in their names or in what they say. None where the DataSource has it, under another name also.
 */
export async function remainsOf(
  folder: string,
  listed: readonly string[],
  head: string | null,
): Promise<readonly string[]> {
  const stamp = /\d{13}$/.exec(head ?? '')?.[0] ?? head;
  if (stamp === null || listed.some((id) => id.endsWith(stamp))) return [];
  const sources = await readFolder(folder, {
    file: (path) => basename(path) !== SNAPSHOT_FILE,
    folder: () => true,
  });
  return sources
    .filter(({ path, text }) => basename(path).includes(stamp) || text.includes(stamp))
    .map(({ path }) => path);
}
