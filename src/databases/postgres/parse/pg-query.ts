import type * as Library from 'libpg-query';
import { optionalPackage } from '../../../optional-package.js';

type PgQuery = typeof Library;

let loading: Promise<PgQuery> | undefined;

/**
 * PostgreSQL's own parser: a megabyte of WebAssembly, loaded when it is first asked for.
 *
 * @throws PackageMissingError when it is not installed
 */
export function loadPgQuery(): Promise<PgQuery> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PgQuery> {
  const library = await optionalPackage('libpg-query', () => import('libpg-query'));
  await library.loadModule();
  return library;
}
