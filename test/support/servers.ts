import { parseDatabaseUrl, type PostgresTarget } from '../../src/database-url.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/generate/embedded-postgres.js';

let embedded: EmbeddedPostgres | undefined;
let target: PostgresTarget | undefined;

/** Finds the PostgreSQL server of this test run: TEST_DATABASE_URL, else an embedded one. */
export async function startServers(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url) target = postgresOnly(url);
  else {
    embedded = await startEmbeddedPostgres();
    target = embedded.target;
  }
}

export async function stopServers(): Promise<void> {
  await embedded?.stop();
}

/** The server; its user may create databases. */
export function postgresServer(): PostgresTarget {
  if (!target)
    throw new Error('PostgreSQL was not started: is test/support/global-setup.ts loaded by .mocharc.json?');
  return target;
}

/** The URL of a target, password included, for a process that a test starts. */
export function urlOf({ user, password, host, port, database }: PostgresTarget): string {
  const credentials = user
    ? `${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@`
    : '';
  return `postgres://${credentials}${host}:${port}/${encodeURIComponent(database)}`;
}

function postgresOnly(url: string): PostgresTarget {
  const parsed = parseDatabaseUrl('TEST_DATABASE_URL', url);
  if (parsed.dialect !== 'postgres') throw new Error('TEST_DATABASE_URL must name a PostgreSQL server.');
  return parsed;
}
