import type * as Library from 'libpg-query';

type PgQuery = typeof Library;

let loading: Promise<PgQuery> | undefined;

/** PostgreSQL's own parser: a megabyte of WebAssembly, loaded when it is first asked for. */
export function loadPgQuery(): Promise<PgQuery> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PgQuery> {
  const library = await import('libpg-query');
  await library.loadModule();
  return library;
}
