/** The files of a rebase: the revisions under new names, the index and the snapshot; all or none are written. */

import { basename, dirname, join } from 'node:path';
import { GenerateError, messageOf } from '../../errors/base.js';
import { RebaseRefusedError } from '../../errors/generate.js';
import { stampOf } from '../../migrator/revision.js';
import { isSourceFile, readFolder, readSources } from '../compare/folder-sources.js';
import { SNAPSHOT_FILE, snapshotText, type Snapshot } from '../compare/snapshot.js';
import { revisionClasses } from '../compare/source-classes.js';
import type { Move } from '../rebase.js';
import { changed, putInPlace } from './files.js';
import { INDEX_FILE, indexSource, isIndexOf, revisionFiles } from './write-revisions.js';

/** A file of a moved revision, and what becomes of it. */
interface MovedFile extends Move {
  readonly path: string;
  readonly newPath: string;
  readonly text: string;
}

/** What a rebase has written. */
export interface RebasedFiles {
  readonly files: readonly string[];
  /** Files of the folder, beside the revisions, that named them. */
  readonly updated: readonly string[];
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Finds the files of the revisions. Each has to contain this one class, a `Revision` of this package, and to be named
 * after it.
 *
 * @throws RebaseRefusedError naming the file that does not
 */
export async function findMoved(folder: string, moves: readonly Move[]): Promise<readonly MovedFile[]> {
  const sources = await readSources(folder);
  return moves.flatMap((move) => movedFiles(move, sources, folder));
}

/** The file; and the compiled one beside it, which globs find too. */
function movedFiles(move: Move, sources: readonly Source[], folder: string): readonly MovedFile[] {
  const found = sources
    .map((source) => ({ ...source, classes: revisionClasses(source.text) }))
    .filter(({ classes }) => classes.some(({ names }) => names.includes(move.from)));
  const refuse = (problem: string) => new RebaseRefusedError([move.from], problem, []);
  const [file, other] = withoutCompiled(found);
  if (!file) throw refuse(`no file in ${folder} contains it. Put its folder before the name`);
  if (other) throw refuse(`two files contain it: ${file.path} and ${other.path}`);
  const [only, ...more] = file.classes;
  if (more.length > 0) throw refuse(`${file.path} contains several migration classes`);
  if (!only?.isOurs)
    throw refuse(
      `${file.path} is a migration class of TypeORM, and what it does to rows cannot be proved. Rename the file and the class by hand`,
    );
  const [start, stem] = [`${stampOf(move.from)}-`, basename(file.path)];
  if (!stem.startsWith(start))
    throw refuse(`${file.path}: the name of the file does not begin with ${start}`);
  return [file, ...found.filter((one) => one !== file)].map(({ path, text }) => ({
    ...{ ...move, path, text: renamedIn(text, [move]) },
    newPath: join(dirname(path), `${stampOf(move.to)}-${basename(path).slice(start.length)}`),
  }));
}

/** JavaScript that was compiled beside its source is no second file of a revision. */
function withoutCompiled<File extends { readonly path: string }>(files: readonly File[]): readonly File[] {
  const sources = new Set(files.map(({ path }) => path).filter((path) => path.endsWith('ts')));
  return files.filter(({ path }) => path.endsWith('ts') || !sources.has(path.replace(/js$/i, 'ts')));
}

/** The text with the new names of classes and files. */
function renamedIn(text: string, moves: readonly Move[]): string {
  return moves.reduce((renamed, { from, to }) => {
    const [stem, newStem] = [stemOf(from), stemOf(to)];
    return renamed.replaceAll(wordOf(from), to).replaceAll(wordOf(stem), newStem);
  }, text);
}

function stemOf(id: string): string {
  const stamp = String(stampOf(id));
  return `${stamp}-${id.slice(0, -stamp.length)}`;
}

function wordOf(text: string): RegExp {
  return new RegExp(`(?<![\\w$])${text.replace(/[$]/g, '\\$&')}(?![\\w$])`, 'g');
}

/**
 * Writes the files under their new names, the index and the snapshot, and removes the former files; all or none.
 *
 * @throws GenerateError; nothing is changed then
 */
export async function writeRebased(
  folder: string,
  moved: readonly MovedFile[],
  snapshot: Snapshot,
): Promise<RebasedFiles> {
  const updated = await updatedFiles(folder, moved);
  const replaced = await changed([
    ...updated,
    { path: join(folder, SNAPSHOT_FILE), text: snapshotText(snapshot) },
  ]);
  const made = moved.map(({ newPath, text }) => ({ path: newPath, text }));
  try {
    await putInPlace({ made, replaced, removed: moved.map(({ path }) => path) });
  } catch (error) {
    throw new GenerateError(`${folder}: ${messageOf(error)}. Nothing was changed.`, { cause: error });
  }
  return { files: made.map(({ path }) => path), updated: updated.map(({ path }) => path) };
}

/** The index, and whatever else in the folder names the revisions. */
async function updatedFiles(folder: string, moved: readonly MovedFile[]): Promise<readonly Source[]> {
  const sources = await readFolder(folder, { file: isSourceFile, folder: () => true });
  const names = await revisionFiles(folder);
  return sources
    .filter(({ path }) => !moved.some((one) => one.path === path))
    .map(({ path, text }) => {
      const isOurs = path === join(folder, INDEX_FILE) && isIndexOf(text, names);
      return {
        path,
        before: text,
        text: isOurs ? indexSource(namesAfter(names, moved)) : renamedIn(text, moved),
      };
    })
    .filter(({ before, text }) => before !== text)
    .map(({ path, text }) => ({ path, text }));
}

function namesAfter(names: readonly string[], moved: readonly MovedFile[]): readonly string[] {
  const after = new Map(moved.map(({ path, newPath }) => [basename(path), basename(newPath)]));
  return names.map((name) => after.get(name) ?? name).sort();
}
