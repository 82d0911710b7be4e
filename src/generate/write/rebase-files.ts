/** The files of a rebase: the revisions under new names, the index and the snapshot; all or none are written. */

import { basename, dirname, join, parse } from 'node:path';
import { GenerateError, messageOf } from '../../errors/base.js';
import { fileRemedy } from '../../errors/file-remedy.js';
import { RebaseRefusedError } from '../../errors/generate.js';
import { stampOf } from '../../migrator/revision.js';
import { isSourceFile, readFolder, readSources } from '../compare/folder-sources.js';
import { SNAPSHOT_FILE, snapshotText, type Snapshot } from '../compare/snapshot.js';
import { revisionClasses } from '../compare/source-classes.js';
import type { Move } from '../rebase.js';
import { changed, putInPlace, textIfThere } from './files.js';
import { INDEX_FILE, indexSource, indexStyle, isIndexOf, revisionFiles } from './revision-index.js';

/** A file of a moved revision, and what becomes of it. */
interface MovedFile extends Move {
  readonly path: string;
  readonly newPath: string;
  readonly text: string;
}

/** What a rebase has written. */
export interface RebasedFiles {
  /** The files of the revisions, each with the former id. */
  readonly files: readonly { readonly from: string; readonly path: string }[];
  /** Files of the folder, beside the revisions, that named them. */
  readonly updated: readonly string[];
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Finds the files of the revisions. Each has to contain this one class, and to be named after it if it is a `Revision`
 * of this package.
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
  if (file.classes.length > 1) throw refuse(`${file.path} contains several migration classes`);
  const start = `${stampOf(move.from)}-`;
  if (!move.isPlain && !basename(file.path).startsWith(start))
    throw refuse(`${file.path}: the name of the file does not begin with ${start}`);
  return [file, ...found.filter((one) => one !== file)].map(({ path, text }) => {
    const one = { ...move, path, newPath: newPathOf(path, move) };
    return { ...one, text: renamedIn(text, [one]) };
  });
}

/** The file of a class in TypeORM's own style may be named without a stamp; then it stays where it is. */
function newPathOf(path: string, { from, to }: Move): string {
  return join(dirname(path), basename(path).replace(String(stampOf(from)), String(stampOf(to))));
}

/** JavaScript that was compiled beside its source is no second file of a revision. */
function withoutCompiled<File extends { readonly path: string }>(files: readonly File[]): readonly File[] {
  const sources = new Set(files.map(({ path }) => path).filter((path) => path.endsWith('ts')));
  return files.filter(({ path }) => path.endsWith('ts') || !sources.has(path.replace(/js$/i, 'ts')));
}

/** The text with the new names of classes and files. */
function renamedIn(text: string, moves: readonly Omit<MovedFile, 'text'>[]): string {
  return moves.reduce((renamed, { from, to, path, newPath }) => {
    const [stem, newStem] = [stemOf(path), stemOf(newPath)];
    return renamed.replaceAll(wordOf(from), to).replaceAll(wordOf(stem), newStem);
  }, text);
}

function stemOf(path: string): string {
  return parse(path).name;
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
  const [renamed, kept] = [true, false].map((isRenamed) =>
    moved.filter(({ path, newPath }) => (path !== newPath) === isRenamed),
  );
  const replaced = await changed([
    ...updated,
    ...(kept ?? []),
    ...((await hasSnapshot(folder, moved))
      ? [{ path: join(folder, SNAPSHOT_FILE), text: snapshotText(snapshot) }]
      : []),
  ]);
  const made = (renamed ?? []).map(({ newPath, text }) => ({ path: newPath, text }));
  try {
    await putInPlace({ made, replaced, removed: (renamed ?? []).map(({ path }) => path) });
  } catch (error) {
    throw new GenerateError(`${folder}: ${messageOf(error)}. Nothing was changed. ${fileRemedy(error)}`, {
      cause: error,
    });
  }
  return {
    files: moved.map(({ from, newPath }) => ({ from, path: newPath })),
    updated: updated.map(({ path }) => path),
  };
}

/** A folder of classes in TypeORM's own style alone need not have one. */
async function hasSnapshot(folder: string, moved: readonly MovedFile[]): Promise<boolean> {
  if (moved.some(({ isPlain }) => !isPlain)) return true;
  return (await textIfThere(join(folder, SNAPSHOT_FILE))) !== undefined;
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
        text: isOurs ? indexSource(namesAfter(names, moved), indexStyle(path, text)) : renamedIn(text, moved),
      };
    })
    .filter(({ before, text }) => before !== text)
    .map(({ path, text }) => ({ path, text }));
}

function namesAfter(names: readonly string[], moved: readonly MovedFile[]): readonly string[] {
  const after = new Map(moved.map(({ path, newPath }) => [basename(path), basename(newPath)]));
  return names.map((name) => after.get(name) ?? name).sort();
}
