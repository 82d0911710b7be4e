import { basename } from 'node:path';
import { RevisionNotListedError } from '../../errors/generate.js';
import { shortList } from '../../text/short-list.js';
import { readFolder, readSources } from './folder-sources.js';
import { SNAPSHOT_FILE } from './snapshot.js';
import { revisionClasses } from './source-classes.js';

/**
 * Makes sure that the DataSource has the revisions of the folder; otherwise the same changes would be generated again.
 * Revisions are recognized by their classes, whatever the names and folders of their files.
 *
 * @param listed ids of the revisions of the DataSource
 * @returns a warning about the classes in TypeORM's own style that the DataSource does not have: they may belong to
 *   another DataSource, unless one is the head of the snapshot
 * @throws RevisionNotListedError
 */
export async function assertListed(
  folder: string,
  listed: readonly string[],
  head: string | null,
): Promise<readonly string[]> {
  const sources = await readSources(folder);
  const found = sources
    .flatMap(({ path: file, text }) => revisionClasses(text).map((one) => ({ ...one, file })))
    .filter(({ names }) => !names.some((name) => listed.includes(name)))
    .map(({ names, isOurs, file }) => ({
      isMissing: isOurs || (head !== null && names.includes(head)),
      id: names[0] ?? '',
      file,
    }));
  const missing = found.filter(({ isMissing }) => isMissing).map(({ id, file }) => ({ id, file }));
  if (missing.length > 0) throw new RevisionNotListedError(missing);
  return found.length === 0 ? [] : [notListedWords(found)];
}

function notListedWords(found: readonly { readonly id: string; readonly file: string }[]): string {
  const ids = [...new Set(found.map(({ id }) => id))];
  const [they, belong, it] = ids.length === 1 ? ['it', 'belongs', 'it'] : ['they', 'belong', 'them'];
  return (
    `${shortList(ids)}: in the folder (${shortList(found.map(({ file }) => file))}), but not in the DataSource. ` +
    `If ${they} ${belong} to this DataSource, the same changes are generated again: ` +
    `add ${it} to its migrations, or compile ${it}. Delete the files that this command wrote, then generate again.`
  );
}

/**
 * The files of a folder that still mention a head that the DataSource does not have: its id or its stamp, in their
 * names or in their text. None where the DataSource has it, under another name also.
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
