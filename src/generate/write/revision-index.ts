/** The list of revisions in a folder, `index.ts`: read, and written anew. */

import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { isModule } from './module-kind.js';

const FILE_NAME = /^(\d{13})-([A-Z]\w*)\.ts$/;

/** Its name in the folder of the revisions. */
export const INDEX_FILE = 'index.ts';

/** How a project writes it. */
interface IndexStyle {
  /** What an import has behind the name of a file: `.js`, or nothing. */
  readonly extension: string;
  /** Whether the list is `as const`. */
  readonly isConst: boolean;
}

/** That of the present text. Where that says nothing: only ES modules need the extension, and not every loader of others finds it. */
export function indexStyle(path: string, before: string | undefined): IndexStyle {
  const written = /from\s*['"]\.\/\d{13}-[^'"]*?(\.[jt]s)?['"]/.exec(before ?? '');
  const usual = isModule(path) ? '.js' : '';
  return {
    extension: written ? (written[1] ?? '') : usual,
    isConst: before === undefined || /\]\s*as const\b/.test(before),
  };
}

/** The index: an explicit list, in the order of the stamps. */
export function indexSource(files: readonly string[], { extension, isConst }: IndexStyle): string {
  const revisions = files.map((file) => ({ file: basename(file, '.ts'), id: classNameOf(file) }));
  const imports = revisions
    .map(({ file, id }) => `import { ${id} } from './${file}${extension}';\n`)
    .join('');
  const lines = revisions.map(({ id }) => `  ${id},\n`).join('');
  const end = isConst ? '] as const' : ']';
  return `${imports}\n/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */\nexport const migrations = [\n${lines}${end};\n`;
}

/** The comment that the generator writes; another one would be lost, so a list with it is not rewritten. */
const OWN_COMMENT = /\/\*\* Every revision[^*]*\*\//g;
const IMPORTS = /import\s*\{\s*\w+\s*,?\s*\}\s*from\s*['"]\.\/[^'"]+['"]\s*;?/g;
const LIST = /^(?:export const migrations\s*=\s*\[([\w\s,]*)\]\s*(?:as const)?\s*;?)?$/;

/**
 * Whether a text is such a list and contains nothing else, so that it may be rewritten; other projects have other ones.
 */
export function isIndexOf(text: string, files: readonly string[]): boolean {
  const list = LIST.exec(text.replace(OWN_COMMENT, '').replace(IMPORTS, '').trim());
  if (!list) return false;
  const known = files.map(classNameOf);
  return (list[1] ?? '').split(/[\s,]+/).every((id) => id === '' || known.includes(id));
}

/** Whether an index of ours lists a file of that name. */
export function isListable(file: string): boolean {
  return FILE_NAME.test(file);
}

/** Files in a folder that an index of ours lists, oldest first. */
export async function revisionFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter(isListable).sort();
}

function classNameOf(file: string): string {
  const [, stamp, name] = FILE_NAME.exec(file) ?? [];
  return `${name}${stamp}`;
}
