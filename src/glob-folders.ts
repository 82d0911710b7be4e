/** Folders that the globs of a DataSource name; the files are TypeORM's to find. */

import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DataSource, DataSourceOptions } from 'typeorm';

/** The globs in an option of a DataSource, which may list classes too. */
export function globsIn(
  option: DataSourceOptions['entities' | 'migrations' | 'subscribers'],
): readonly string[] {
  return Object.values<unknown>(option ?? {}).filter((one) => typeof one === 'string');
}

/** All globs of a DataSource: TypeORM loads the files that they find when it connects. */
export function globsOf({ options: { entities, migrations, subscribers } }: DataSource): readonly string[] {
  return [entities, migrations, subscribers].flatMap(globsIn);
}

/** Characters with a meaning in a glob. */
const MAGIC = /[*?[\]{}]|[!+@]\(/;

/**
 * The folder of each glob, in full: the part before the first `*` of its name, and each of the folders that braces
 * list. A glob with another wildcard in the middle of its folder names none.
 */
export function foldersOf(globs: readonly string[]): readonly string[] {
  const folders = globs.flatMap(expanded).flatMap((glob) => folderOf(glob.replaceAll('\\', '/')));
  return [...new Set(folders)];
}

/** `{src,dist}/*.ts` is two globs; braces in the name of the file stay. */
function expanded(glob: string): readonly string[] {
  const [whole = '', words = ''] = /\{([^{}]*)\}(?=.*[\\/])/.exec(glob) ?? [];
  return whole === '' ? [glob] : words.split(',').flatMap((word) => expanded(glob.replace(whole, word)));
}

function folderOf(glob: string): readonly string[] {
  const folder = dirname(glob).replace(/\/\*\*$/, '');
  if (MAGIC.test(folder)) return [];
  return [resolve(folder)];
}

/** Whether globs name files in TypeScript that are there: `dist/*{.js,.ts}` finds none of them in most projects. */
export function nameTypeScript(globs: readonly string[]): boolean {
  return foldersOf(globs.filter((glob) => /ts\b[^\\/]*$/i.test(glob))).some(hasTypeScript);
}

/** Whether a folder contains TypeScript, also in folders of its own. Declarations do not count. */
export function hasTypeScript(folder: string): boolean {
  return namesIn(folder).some((name) => /\.[cm]?ts$/i.test(name) && !/\.d\.[cm]?ts$/i.test(name));
}

/** The files of JavaScript in a folder and in folders of its own, in full. */
export function scriptsIn(folder: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => /\.[cm]?js$/i.test(name))
    .map((name) => join(folder, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !/(^|[\\/])node_modules[\\/]/.test(name),
    );
  } catch {
    return [];
  }
}
