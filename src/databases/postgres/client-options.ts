import type { PostgresTarget } from '../../database-url.js';
import type { ConnectionSettings } from '../database.js';
import { KEEPALIVE } from './client.js';

/** How node-postgres wants one server. */
export function clientOptions(
  { host, port, user, password, database, ssl, applicationName, options }: PostgresTarget,
  { connectTimeoutMs }: Pick<ConnectionSettings, 'connectTimeoutMs'>,
): Readonly<Record<string, unknown>> {
  return {
    ...KEEPALIVE,
    host,
    port,
    user,
    password,
    database,
    // node-postgres hides the key of the object that it is given, which a frozen one does not allow.
    ssl: ssl && { ...ssl },
    application_name: applicationName ?? 'orchestrator-db',
    connectionTimeoutMillis: connectTimeoutMs,
    ...(options === undefined ? {} : { options }),
  };
}
