import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { isOwnError, UsageError, messageOf } from '../errors/base.js';
import { sourceProblem } from '../source-problem.js';

/**
 * Loads the file that `-d` names, as TypeORM's command line does.
 *
 * @throws UsageError naming the file, unless it exports exactly one DataSource, or a promise of one
 */
export async function loadDataSource(file: string): Promise<DataSource> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`-d: the file does not exist: ${path}`);
  const exported = await Promise.all(Object.values(await importFile(path)));
  const found = new Set(exported.filter(isDataSource));
  const [only] = found;
  if (found.size === 1 && only) return only;
  throw new UsageError(
    `-d: ${path} exports ${found.size === 0 ? 'no DataSource' : `${found.size} DataSources`}; export exactly one`,
  );
}

async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (isOwnError(error)) throw error;
    const problem = sourceProblem(error) ?? messageOf(error).split('\n')[0] ?? '';
    throw new UsageError(`-d: ${path} cannot be loaded: ${problem}`);
  }
}

/** TypeORM marks its instances, so that an instance of another copy of the package is recognized too. */
function isDataSource(value: unknown): value is DataSource {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Record<string, unknown>)['@instanceof'] === Symbol.for('DataSource')
  );
}
