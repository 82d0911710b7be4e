import module from 'node:module';
import { dirname, join, sep } from 'node:path';

/** Node has it from 22.1 on. https://nodejs.org/api/module.html#moduleenablecompilecachecachedir */
interface Caching {
  readonly enableCompileCache?: (folder: string) => unknown;
}

const MODULES = 'node_modules';

/**
 * Has Node keep compiled code beside the packages that it is of, where tools keep what they can make again. Who may write
 * there may change the code as well. Node goes on without a cache where it may not write.
 *
 * @param file of this package
 */
export function keepCompiled(file: string): void {
  (module as Caching).enableCompileCache?.(cacheFolder(file));
}

/**
 * Where compiled code is kept: in the folder that this package is installed in, or its own one.
 *
 * @param file of this package
 */
export function cacheFolder(file: string): string {
  const at = file.lastIndexOf(`${sep}${MODULES}${sep}`);
  const modules = at < 0 ? join(dirname(file), '../..', MODULES) : file.slice(0, at + 1 + MODULES.length);
  return join(modules, '.cache', 'orchestrator-db');
}
