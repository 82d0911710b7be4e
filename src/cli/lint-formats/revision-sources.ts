/** Where the classes of revisions are written, and the line of each statement. */

import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { foldersOf, globsIn } from '../../glob-folders.js';
import { sourceFolders } from '../source-folders.js';

/** The file of a class. */
export interface RevisionSource {
  /** In full. */
  readonly path: string;
  readonly text: string;
}

/**
 * The file of each revision: among the sources behind the globs of a DataSource, else around the file that exports it.
 *
 * @param file the file of the DataSource; undefined for that of this project, in the working directory
 */
export function revisionSources(
  dataSource: DataSource,
  ids: readonly string[],
  file: string | undefined,
): ReadonlyMap<string, RevisionSource> {
  const globs = globsIn(dataSource.options.migrations);
  const around = resolve(file === undefined ? '.' : dirname(file));
  const folders = [...sourceFolders(globs).map(({ folder }) => folder), ...foldersOf(globs), around];
  const found = new Map<string, RevisionSource>();
  for (const folder of new Set(folders)) {
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length > 0) for (const [id, source] of sourcesIn(folder, missing)) found.set(id, source);
  }
  return found;
}

/** A source in TypeScript counts before what is compiled of it. */
function sourcesIn(folder: string, ids: readonly string[]): ReadonlyMap<string, RevisionSource> {
  const found = new Map<string, RevisionSource>();
  const paths = [...filesIn(folder)].sort((a, b) => Number(isTyped(b)) - Number(isTyped(a)));
  for (const path of paths) {
    if (found.size === ids.length) return found;
    const text = readFileSync(path, 'utf8');
    for (const id of ids) if (!found.has(id) && classAt(text, id) >= 0) found.set(id, { path, text });
  }
  return found;
}

function isTyped(path: string): boolean {
  return /\.[cm]?ts$/i.test(path);
}

const SKIPPED = /^(node_modules|coverage|\..*)$/;
const SOURCE = /(?<!\.d)\.[cm]?[jt]s$/i;

function* filesIn(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.test(entry.name)) yield* filesIn(path);
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The place of a class in a text, by its declaration or by the name that TypeORM reads; -1 where it is not. */
export function classAt(text: string, id: string): number {
  const name = id.replaceAll('$', String.raw`\$`);
  const quoted = `['"\`]${name}['"\`]`;
  return text.search(
    new RegExp(`\\b(class|function|const|let|var)\\s+${name}(?![\\w$])|\\bname\\b[^=;\\n]*=\\s*${quoted}`),
  );
}
