/** Where a new revision goes, and in which language: as the project keeps its other ones. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { UsageError } from '../errors/base.js';
import { formIn, type FileForm, type RevisionFormat } from '../generate/write/file-form.js';
import { suggest } from '../migrator/suggest.js';
import { globsIn } from '../glob-folders.js';
import { isLoadable, loadModule, type Exports, type Variables } from './load-module.js';
import type { DataSourceOption } from './open.js';
import { isTypeScriptProject, sourceFolders, USUAL_FOLDER, type SourceFolder } from './source-folders.js';

/** Options that name the folder of the revisions, as given. */
export interface FolderOptions extends DataSourceOption {
  readonly dir?: string;
}

/** Options of the commands that write new revisions, as given. */
export interface PlaceOptions extends FolderOptions {
  readonly format: RevisionFormat;
}

/** The place and the form of a new revision. */
export interface RevisionPlace {
  /** From the working directory. */
  readonly folder: string;
  readonly form: FileForm;
  /** Whether the DataSource finds the files of the folder by a glob. */
  readonly isFound: boolean;
  /** Loads a file of the folder as the project does; undefined where this process cannot. */
  readonly load: ((path: string) => Promise<Exports>) | undefined;
}

/**
 * The folder that is named before the name or by `--dir`, or else the one in which the DataSource finds its migrations,
 * or else `src/migrations`, if it exists. The files of the folder decide on the language.
 *
 * @param path the name, optionally after a folder
 * @param dataSource of `-d`; undefined for this project's own
 * @throws UsageError
 */
export function revisionPlace(
  path: string,
  options: PlaceOptions,
  { dataSource, env }: { readonly dataSource: DataSource | undefined; readonly env: Variables },
): RevisionPlace {
  const { folder, place } = placeOf(path, options, dataSource);
  const full = resolve(folder);
  const form = formIn(full, options.format, place?.extension ?? firstExtension(full, options));
  const isLoaded = dataSource !== undefined && isLoadable(join(full, `file.${form.extension}`), env);
  return {
    folder,
    form,
    isFound: place !== undefined,
    load: isLoaded ? (file) => loadModule(resolve(file), env) : undefined,
  };
}

/** The folder of existing revisions, by the same rules. @throws UsageError */
export function existingFolder(
  path: string,
  options: FolderOptions,
  dataSource: DataSource | undefined,
): string {
  const { folder } = placeOf(path, options, dataSource);
  if (!isFolder(folder)) throw new UsageError(missingWords(folder));
  return folder;
}

/** The folder, and what the globs of the DataSource tell of it. */
function placeOf(
  path: string,
  options: FolderOptions,
  dataSource: DataSource | undefined,
): { readonly folder: string; readonly place: SourceFolder | undefined } {
  const found = sourceFolders(globsIn(dataSource?.options.migrations));
  const folder = namedFolder(path, options) ?? foundFolder(found, dataSource !== undefined);
  return { folder, place: found.find((one) => one.folder === resolve(folder)) };
}

/** The first file is in the language of the DataSource, or in that from which it was compiled. */
function firstExtension(folder: string, { dataSource }: PlaceOptions): string {
  const isJavaScript = dataSource !== undefined && /js$/i.test(dataSource);
  return isJavaScript && !isTypeScriptProject(folder) ? 'js' : 'ts';
}

function namedFolder(path: string, { dir }: FolderOptions): string | undefined {
  const before = path.includes('/') ? dirname(path) : undefined;
  if (before !== undefined && dir !== undefined)
    throw new UsageError(`The folder is specified twice: ${before} before the name, and --dir ${dir}.`);
  const folder = dir ?? before;
  if (folder !== undefined && !isFolder(folder)) throw new UsageError(missingWords(folder));
  return folder;
}

/** Any word is like a shorter one. */
const SHORTEST_NAME = 4;

function missingWords(folder: string): string {
  if (existsSync(folder))
    return `${folder} is a file, not a folder. Pass the folder of the migrations, for example --dir ${dirname(folder)}`;
  const name = basename(folder);
  const [similar] = name.length < SHORTEST_NAME ? [] : suggest(name, foldersIn(dirname(folder)));
  const remedy =
    similar === undefined
      ? 'Run the command in the folder that contains the sources of the project.'
      : `Did you mean ${join(dirname(folder), similar)}?`;
  return `The folder ${folder} does not exist. ${remedy}`;
}

function foldersIn(folder: string): readonly string[] {
  if (!isFolder(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function isFolder(folder: string): boolean {
  return existsSync(folder) && statSync(folder).isDirectory();
}

/** The one that exists, or the only one, which is made if the folder around it exists. */
function foundFolder(found: readonly SourceFolder[], isNamed: boolean): string {
  const existing = found.filter(({ folder }) => isFolder(folder));
  const [only, ...others] = existing.length > 0 ? existing : found;
  if (others.length > 0) throw new UsageError(severalWords(existing.length > 0 ? existing : found));
  const folder = only === undefined ? USUAL_FOLDER : shown(only.folder);
  if (only?.isOutput === true) throw new UsageError(outputWords(folder));
  if (isFolder(folder)) return folder;
  if (only === undefined) throw new UsageError(isNamed ? UNKNOWN_FOLDER : missingWords(folder));
  if (existsSync(folder) || !isFolder(dirname(folder))) throw new UsageError(missingWords(folder));
  return folder;
}

const UNKNOWN_FOLDER =
  'The folder of the migrations is unknown: the DataSource lists them as classes, or has none. ' +
  'Pass the folder for the new file, for example --dir src/migrations.';

function severalWords(found: readonly SourceFolder[]): string {
  const folders = found.map(({ folder }) => shown(folder)).join(', ');
  return `The DataSource has migrations in several folders: ${folders}. Pass the one for the new file with --dir.`;
}

function outputWords(folder: string): string {
  return `${folder}: the DataSource finds compiled migrations there, and the folder of their sources is unknown. Pass it with --dir.`;
}

function shown(folder: string): string {
  return relative('', folder) || '.';
}
