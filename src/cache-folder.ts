import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder for files that can be created again: `node_modules/.cache/orchestrator-db` of the project in which the
 * process runs. Undefined where there is no such project, or where nothing can be written.
 */
export function cacheFolder(): string | undefined {
  const modules = modulesFolder(resolve('.'));
  if (modules === undefined) return undefined;
  const folder = join(modules, '.cache', 'orchestrator-db');
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return undefined;
  }
}

/** The `node_modules` of a folder or, in a workspace, of a folder above it. */
function modulesFolder(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : modulesFolder(dirname(folder));
}
