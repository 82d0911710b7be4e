import type { DataSource } from 'typeorm';

/** The part of node-postgres' client that is used here. */
export interface PostgresClient {
  connect(): Promise<unknown>;
  query(sql: string, values?: readonly unknown[]): Promise<PostgresResult>;
  on(event: 'error' | 'end', listener: () => void): unknown;
  end(): Promise<void>;
}

/** What a statement gives. */
export interface PostgresResult {
  readonly rows: readonly Record<string, string | number | boolean | null>[];
}

interface Pool {
  readonly Client: new (options: unknown) => PostgresClient;
  readonly options: Readonly<Record<string, unknown>>;
}

/** One more connection like those of TypeORM's pool, TLS and password included, not connected; `more` options besides. */
export function ownClient(dataSource: DataSource, more: object = {}): PostgresClient {
  const { Client, options } = (dataSource.driver as unknown as { readonly master: Pool }).master;
  return new Client({ ...withHidden(options), ...more });
}

/** Opens one for a moment. */
export async function onOwnConnection(
  dataSource: DataSource,
  sql: string,
  values: readonly unknown[],
): Promise<void> {
  const client = ownClient(dataSource);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}

/** pg-pool hides the password from enumeration, so a spread alone would lose it. */
function withHidden(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...options, password: options['password'] };
}
