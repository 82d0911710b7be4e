import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestFile } from '../src/generate/write/module-kind.js';

const PACKAGE = 'orchestrator-db';
const home = homeOf(dirname(fileURLToPath(import.meta.url)));

/** The root of this package: above `scripts`, or above `dist/scripts` where that is compiled. */
function homeOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : homeOf(dirname(folder));
}

/** Whether the working directory is in a package of this name. What cannot be read is another one. */
export function isHome(): boolean {
  const manifest = nearestFile('package.json', resolve(''));
  try {
    const { name } = JSON.parse(readFileSync(manifest ?? '', 'utf8')) as { readonly name?: unknown };
    return name === PACKAGE;
  } catch {
    return false;
  }
}

/** Whether a file is what `orchestrator-db/data-source` is. */
export function exportsOwn(path: string): boolean {
  const own = join(home, 'dist', 'ormconfig.js');
  return existsSync(own) && existsSync(path) && realpathSync(path) === realpathSync(own);
}

/** The path of a page of this package from the working directory; from the root of the package if it has no docs. */
export function pagePath(page: string): string {
  const path = join(home, page);
  return existsSync(path) ? relative('', path) : page;
}

/** How a file in that folder imports the class `Revision`: by path inside of this package, by its name elsewhere. */
export function revisionModule(folder: string): string {
  const inside = relative(home, resolve(folder));
  if (inside === '..' || inside.startsWith(`..${sep}`) || inside.startsWith(sep)) return PACKAGE;
  return relative(resolve(folder), join(home, 'src', 'migrator', 'revision.js')).replaceAll('\\', '/');
}
