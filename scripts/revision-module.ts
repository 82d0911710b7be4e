import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const module = join(dirname(here), '..', 'src', 'migrator', `revision${extname(here)}`);

/** How a file in that folder imports the class `Revision`. */
export function revisionModule(folder: string): string {
  return relative(folder, module).replaceAll('\\', '/').replace(/\.ts$/, '.js');
}
