/** Writes revisions, their index and the snapshot, all or none; and the stamps of new ones. */

import { withAnswers } from './answered-rules.js';
import { basename, join } from 'node:path';
import { GenerateError, isOwnError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';
import { stampedFiles } from './file-form.js';
import { changed, putInPlace, textIfThere } from './files.js';
import type { LoadedModule } from './held-statements.js';
import { verifyFiles, verifyWritten } from './verify-files.js';
import type { RevisionContent } from './revision-content.js';
import {
  INDEX_FILE,
  indexSource,
  indexStyle,
  isIndexOf,
  isListable,
  revisionFiles,
} from './revision-index.js';
import { revisionSource } from './revision-source.js';
import { replacedIds } from '../../migrator/replaced.js';
import { SNAPSHOT_FILE } from '../compare/snapshot.js';

/** Name of the file, in TypeORM's style. */
export function revisionFileName(name: string, stamp: number, extension = 'ts'): string {
  return `${stamp}-${name}.${extension}`;
}

/** The target of the revisions, and what else is written. */
interface WritingPlace {
  readonly folder: string;
  /** Text of the snapshot at the new head; none for a revision that contains no schema change yet. */
  readonly snapshot?: string;
  /** Whether to create an index where none exists; an existing one of ours is always kept up to date. */
  readonly makeIndex: boolean;
  /** Files to remove when the others are written, whose revisions are replaced. */
  readonly removed?: readonly string[];
  /** Loads a file as the project does; undefined where this process cannot. */
  readonly load?: ((path: string) => Promise<LoadedModule>) | undefined;
}

/** The written files. */
export interface WrittenRevisions {
  /** Paths of the revisions. */
  readonly files: readonly string[];
  /** Whether an index lists them now. */
  readonly listed: boolean;
  /** Whether the snapshot has changed. */
  readonly refreshed: boolean;
}

/**
 * Writes the files of revisions, lists them in the folder's index, and undoes everything when that fails.
 *
 * @throws GenerateError when a revision of one of the stamps exists, or something cannot be written
 * @throws VerificationFailedError where a file would not contain what was verified
 */
export async function writeRevisions(
  { folder, snapshot, makeIndex, removed = [], load }: WritingPlace,
  given: readonly RevisionContent[],
): Promise<WrittenRevisions> {
  assertFree(folder, given);
  const contents = await Promise.all(given.map(withAnswers));
  await verifyFiles(contents, load !== undefined);
  const sources = contents.map((content) => ({
    path: join(folder, revisionFileName(content.name, content.stamp, content.form.extension)),
    text: revisionSource(content),
  }));
  const files = sources.map(({ path }) => path);
  const gone = removed.map((path) => basename(path));
  const index = await indexFor(folder, { made: files, gone, makeIndex });
  const replaced = await changed([
    { path: join(folder, INDEX_FILE), text: index },
    { path: join(folder, SNAPSHOT_FILE), text: snapshot },
  ]);
  try {
    const check = async () => {
      if (load) await verifyWritten(contents, { paths: files, load });
    };
    await putInPlace({ made: sources, replaced, removed, check });
  } catch (error) {
    if (isOwnError(error)) throw error;
    throw new GenerateError(`${folder}: ${messageOf(error)}. Nothing was written. ${fileRemedy(error)}`, {
      cause: error,
    });
  }
  const refreshed = replaced.some(({ path }) => path.endsWith(SNAPSHOT_FILE));
  return { files, listed: index !== undefined, refreshed };
}

function assertFree(folder: string, contents: readonly RevisionContent[]): void {
  const files = stampedFiles(folder);
  for (const { stamp, name, replaces = [] } of contents) {
    const replaced = replacedIds(replaces).filter((id) => id !== `${name}${stamp}`);
    const same = files.find((file) => file.startsWith(`${stamp}-`) && !replaced.includes(idOf(file)));
    if (same)
      throw new GenerateError(`${join(folder, same)} already has the stamp ${stamp}. Run the command again.`);
  }
}

/** By TypeORM's rule for names. */
function idOf(file: string): string {
  return file.replace(/^(\d{13})-(.+)\.\w+$/, '$2$1');
}

/** The text of the index with those files too; none where no index is wanted, or it is not one of ours. */
async function indexFor(folder: string, { made, gone, makeIndex }: IndexInput): Promise<string | undefined> {
  const listed = made.map((path) => basename(path)).filter(isListable);
  if (listed.length === 0) return undefined;
  const names = [...(await revisionFiles(folder)), ...listed].sort();
  const path = join(folder, INDEX_FILE);
  const before = await textIfThere(path);
  const isOurs = before === undefined ? makeIndex : isIndexOf(before, names);
  const left = names.filter((name) => !gone.includes(name));
  return isOurs ? indexSource(left, indexStyle(path, before)) : undefined;
}

interface IndexInput extends Pick<WritingPlace, 'makeIndex'> {
  /** The new files. */
  readonly made: readonly string[];
  /** Those that are removed. */
  readonly gone: readonly string[];
}

/** Stamps that follow each other by one belong to one group, so those of two groups are further apart. */
export const GAP_MS = 1000;

/** The stamp for a new revision: now, or after the newest, so that it is never out of order. */
export function nextStamp(folder: string, now: number): number {
  const newest = stampedFiles(folder).at(-1);
  return newest === undefined ? now : Math.max(now, Number(newest.slice(0, 13)) + GAP_MS);
}
