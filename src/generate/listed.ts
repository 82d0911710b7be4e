import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RevisionNotListedError } from '../errors/generate.js';
import { revisionFiles } from './revision-file.js';

/**
 * Makes sure that the DataSource has the revisions of the folder: what they make would be generated a second time.
 * Files that are not of this package may belong to another DataSource, so of these only the head of the snapshot counts.
 *
 * @param listed ids of the revisions of the DataSource
 * @throws RevisionNotListedError
 */
export async function assertListed(
  folder: string,
  listed: readonly string[],
  head: string | null,
): Promise<void> {
  const missing: { readonly id: string; readonly file: string }[] = [];
  for (const name of await revisionFiles(folder)) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8');
    const id = CLASS.exec(text)?.[1];
    const isOurs = id !== undefined && (id === head || OURS.test(text));
    if (isOurs && !listed.includes(id)) missing.push({ id, file });
  }
  if (missing.length > 0) throw new RevisionNotListedError(missing);
}

const CLASS = /^export (?:default )?class (\w+\d{13})\b/m;
const OURS = /^export (?:default )?class \w+ extends Revision\b/m;
