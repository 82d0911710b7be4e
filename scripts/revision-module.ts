import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'orchestrator-db';
const home = homeOf(dirname(fileURLToPath(import.meta.url)));

/** The root of this package: above `scripts`, or above `dist/scripts` where that is compiled. */
function homeOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : homeOf(dirname(folder));
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
