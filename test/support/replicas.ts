import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { withScratchDatabase } from '../../src/databases/postgres/scratch/scratch.js';
import { migrations } from '../../src/migrations/index.js';
import { startReplica, type Replica } from './example.js';
import { withRawClient } from './raw-postgres.js';
import { postgresServer, urlOf } from './servers.js';

/** An empty database, and processes of the example on it. */
export interface Fleet {
  readonly target: PostgresTarget;
  readonly replicas: readonly Replica[];
}

/** Starts as many at once as there are environments; what they leave is ended, and the database dropped. */
export function withFleet(
  environments: readonly Readonly<Record<string, string>>[],
  use: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  return withScratchDatabase(postgresServer(), async (target) => {
    const shared = { DATABASE_URL: urlOf(target), DB_POOL_SIZE: '5' };
    const replicas = environments.map((env) => startReplica({ ...shared, ...env }));
    try {
      await Promise.all(replicas.map(({ listening }) => listening));
      await use({ target, replicas });
      for (const replica of replicas) expect(await replica.stop(), replica.output).to.equal(null);
    } finally {
      for (const replica of replicas) replica.signal('SIGKILL');
    }
  });
}

/** Rows of a query. */
export function rowsOn(target: PostgresTarget, sql: string): Promise<readonly Record<string, unknown>[]> {
  return withRawClient(target, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}

/** That each revision was begun once, by one process, and recorded once. */
export async function assertEachRanOnce(target: PostgresTarget): Promise<void> {
  const ids = migrations.map(({ name }) => name);
  const recorded = await rowsOn(target, 'SELECT "name" FROM "migrations" ORDER BY "id"');
  expect(recorded.map(({ name }) => name)).to.deep.equal(ids);
  const attempts = await rowsOn(target, 'SELECT * FROM "migrations_attempt"');
  expect(attempts).to.have.lengthOf(ids.length);
}

/** A line of totals beneath the title of a proof. */
export function tell(line: string): void {
  process.stdout.write(`      ${line}\n`);
}
