import type { Database } from '../database.js';
import { jsonParameters, safeIntegers } from '../transformers.js';
import { postgresCatalog } from './catalog.js';
import { postgresConnections } from './connection.js';
import { deleteExpired } from './expired-rows.js';
import { postgresFacts } from './facts.js';
import { postgresFixtures } from './fixtures.js';
import { inlined } from './inlined.js';
import { postgresMigration } from './migration.js';
import { postgresLines } from './raw-catalog.js';
import { postgresPartitioning } from './partitions/partitioning.js';
import { postgresRecords } from './records.js';
import { postgresReplication } from './replication/replication.js';
import { postgresScript } from './script.js';
import { postgresServer } from './where/server.js';

/** PostgreSQL, 14 or newer. */
export const postgres: Database<'postgres'> = Object.freeze<Database<'postgres'>>({
  ...postgresConnections,
  ...postgresFacts,
  entityTypes: {
    instant: {
      type: 'timestamp with time zone',
      precision: 3,
      now: "date_trunc('milliseconds', now())",
    },
    json: { type: 'jsonb', transformer: jsonParameters },
    identity: { type: 'bigint', strategy: 'identity', transformer: safeIntegers },
  },
  catalog: postgresCatalog,
  records: postgresRecords,
  migration: postgresMigration,
  replication: postgresReplication,
  partitioning: postgresPartitioning,
  deleteExpired,
  server: postgresServer,
  script: postgresScript,
  fixtures: postgresFixtures,
  planner: async () => (await import('./plan/planner.js')).loadPostgresPlanner(),
  rowReader: async () => (await import('./reads-rows.js')).rowReader(),
  tableSizes: async (session) => (await import('./table-sizes.js')).readSizes(session),
  scratch: async (settings) => (await import('./scratch/place.js')).postgresScratch(settings),
  inlined: (_dataSource, sql, parameters) => inlined(sql, parameters),
  rawCatalog: postgresLines,
});
