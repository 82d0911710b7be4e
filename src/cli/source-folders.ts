/** The folders of sources behind the globs by which a DataSource finds its migrations. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { nearestFile } from '../generate/write/module-kind.js';
import { foldersOf, hasTypeScript } from '../glob-folders.js';

/** Where a project of this package keeps its revisions, and many others do. */
export const USUAL_FOLDER = 'src/migrations';

/** A folder in which migrations are written. */
export interface SourceFolder {
  /** In full. */
  readonly folder: string;
  /** The extension of its files, where the globs name only one. */
  readonly extension: string | undefined;
  /** Whether it only has what a compiler writes, of sources that are not known. */
  readonly isOutput: boolean;
}

/** One for each folder; where a glob names compiled files, the folder of their sources. */
export function sourceFolders(globs: readonly string[]): readonly SourceFolder[] {
  const found = globs.flatMap((glob) => foldersOf([glob]).map((folder) => sourceOf(folder, glob)));
  return [...new Map(found.reverse().map((one) => [one.folder, one])).values()].reverse();
}

function sourceOf(folder: string, glob: string): SourceFolder {
  const extension = extensionIn(glob);
  const isSource = extension?.endsWith('ts') === true || hasTypeScript(folder);
  const twins = isSource ? [] : twinsOf(folder);
  // In a workspace, the settings of TypeScript are beside the sources, far from the output.
  const isCompiled = [folder, ...twins].some(isTypeScriptProject);
  const [twin = isCompiled ? twins.find((one) => existsSync(dirname(one))) : undefined] =
    twins.filter(existsSync);
  if (twin !== undefined) return { folder: twin, extension: isCompiled ? 'ts' : 'js', isOutput: false };
  return { folder, extension, isOutput: isCompiled && twins.length > 0 };
}

function extensionIn(glob: string): string | undefined {
  const extensions = new Set(glob.slice(glob.lastIndexOf('/') + 1).match(/\b[cm]?[jt]s\b/g));
  return extensions.size === 1 ? [...extensions][0] : undefined;
}

/** Folders into which a project is compiled. */
const OUTPUT = ['dist', 'build', 'out', 'output', 'lib', 'compiled'];

/**
 * Where the sources of a folder may be: `src/migrations` or `migrations` for `dist/migrations`. A build may write a
 * package.json into the output, so packages around the nearest one count where they have such sources.
 */
function twinsOf(folder: string): readonly string[] {
  return packagesAround(folder).flatMap((root, index) => {
    const names = relative(root, folder).replaceAll('\\', '/').split('/');
    const at = names.findIndex((name) => OUTPUT.includes(name));
    if (at < 0) return [];
    const twins = [['src'], []].map((instead) => join(root, ...names.toSpliced(at, 1, ...instead)));
    return index === 0 ? twins : twins.filter((twin) => existsSync(dirname(twin)));
  });
}

/** The folders of each package.json, the nearest first. */
function packagesAround(folder: string): readonly string[] {
  const manifest = nearestFile('package.json', folder);
  if (manifest === undefined) return [];
  const root = dirname(manifest);
  return [root, ...(dirname(root) === root ? [] : packagesAround(dirname(root)))];
}

/** Whether the sources around a folder are compiled by TypeScript; one that checks JavaScript has such sources. */
export function isTypeScriptProject(folder: string): boolean {
  const config = nearestFile('tsconfig.json', folder);
  return config !== undefined && !/"(allowJs|checkJs)"\s*:\s*true/.test(readFileSync(config, 'utf8'));
}
