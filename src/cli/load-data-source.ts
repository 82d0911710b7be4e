import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { isOwnError, UsageError, messageOf } from '../errors/base.js';
import { sourceProblem } from '../source-problem.js';
import { assertLoadable } from './assert-loadable.js';
import { findDataSourceIn } from './find-data-source.js';
import { globsOf, nameTypeScript } from '../glob-folders.js';
import { loadModule, prepareIfPossible, type Exports, type Variables } from './load-module.js';

/**
 * Loads the file that `-d` names, as TypeORM's command line does. A default export may also be a function that makes
 * the DataSource.
 *
 * @throws UsageError naming the file, unless it exports exactly one DataSource, or a promise of one; and the globs of
 *   the DataSource that lead to TypeScript which nothing can load
 */
export async function loadDataSource(file: string, env: Variables = {}): Promise<DataSource> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`-d: the file does not exist: ${path}`);
  if (statSync(path).isDirectory()) throw new UsageError(folderWords(file, path));
  const exported = await loading(path, async () => allOf(await loadModule(path, env)));
  const direct = await loading(path, () => dataSourcesIn(exported));
  const found = direct.size > 0 ? direct : await loading(path, () => madeBy(exported['default']));
  const [only] = found.keys();
  if (found.size === 1 && only) {
    if (nameTypeScript(globsOf(only)) && !(await prepareIfPossible(path, env)))
      await assertLoadable(only, path);
    return only;
  }
  throw new UsageError(`-d: ${path} ${problemOf(found, exported)}; export exactly one`);
}

function folderWords(given: string, path: string): string {
  const found = findDataSourceIn(path);
  const example = found === undefined ? '' : `: -d ${join(given, found)}`;
  return `-d: ${path} is a folder. Pass the file in it that exports the DataSource${example}`;
}

/** Node gives a CommonJS module as the default export: it has all names, and the default export of the source. */
function allOf(module: Exports): Exports {
  const inner: unknown = module['default'];
  const isModule = typeof inner === 'object' && inner !== null && !isDataSource(inner);
  return isModule && !(inner instanceof Promise) ? { ...module, ...inner } : module;
}

/** The name of each DataSource that is exported. */
async function dataSourcesIn(exported: Exports): Promise<ReadonlyMap<DataSource, string>> {
  const found = new Map<DataSource, string>();
  for (const [name, value] of Object.entries(exported)) {
    const awaited: unknown = await value;
    if (isDataSource(awaited) && !found.has(awaited)) found.set(awaited, name);
  }
  return found;
}

/** Other functions may do anything; a class is no factory. */
async function madeBy(factory: unknown): Promise<ReadonlyMap<DataSource, string>> {
  if (typeof factory !== 'function' || /^class\b/.test(Function.prototype.toString.call(factory)))
    return new Map();
  return dataSourcesIn({ default: (factory as () => unknown)() });
}

/** What Node and compilers add to the exports of a module. */
const UNNAMED: ReadonlySet<string> = new Set(['default', '__esModule', 'module.exports']);

function problemOf(found: ReadonlyMap<DataSource, string>, exported: Exports): string {
  if (found.size > 0) return `exports ${found.size} DataSources (${[...found.values()].join(', ')})`;
  const names = Object.keys(exported).filter((name) => !UNNAMED.has(name));
  return names.length === 0 ? 'exports no DataSource' : `exports no DataSource, only ${names.join(', ')}`;
}

async function loading<T>(path: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
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
