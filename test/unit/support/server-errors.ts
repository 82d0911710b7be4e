import type { OrchestratorDbError } from '../../../src/errors/base.js';
import * as connection from '../../../src/errors/connection.js';
import { SearchPathsDifferError } from '../../../src/errors/search-paths.js';
import * as server from '../../../src/errors/server.js';

const errors = { ...connection, ...server };

/** One of each class about the session that a server or a pooler gives, and what `console.error` prints of it. */
export const SERVER_SAMPLES: readonly (readonly [error: OrchestratorDbError, printed: string])[] = [
  [
    new errors.StandbyConflictError(
      'postgres://replica.example/orders',
      Object.assign(new Error('canceling statement due to conflict with recovery'), { code: '40P01' }),
    ),
    'postgres://replica.example/orders is a standby and has cancelled a statement, because a change of its primary conflicts with it: canceling statement due to conflict with recovery (40P01). Nothing was changed. ' +
      'Run the same command again, or on the primary. If it happens often, set hot_standby_feedback = on or a longer max_standby_streaming_delay on the standby. [STANDBY_CONFLICT]',
  ],
  [
    new errors.TableHiddenError({ temporary: 'pg_temp.jobs', hidden: 'public.jobs' }),
    'The session that executes has a temporary table pg_temp.jobs, which hides public.jobs: a revision would change it instead. This revision was not run. ' +
      'Migrate on a connection of its own, or drop it first: DROP TABLE pg_temp.jobs; ' +
      'Behind a connection pooler, temporary tables of other clients stay: set DATABASE_DIRECT_URL to the server itself. [TABLE_HIDDEN]',
  ],
  [
    new SearchPathsDifferError({
      ...{ first: ['public'], second: ['Tenant7', 'public'] },
      left: 'This revision was not run.',
    }),
    'The sessions of this address have different search paths: one creates tables in "public", another in "Tenant7" (then looks in "public"). This revision was not run. ' +
      'Probably a connection pooler hands on sessions whose search path another client has set. Set DATABASE_DIRECT_URL to the server itself, ' +
      'or specify a schema: the option "schema" of the DataSource. [SEARCH_PATHS_DIFFER]',
  ],
  [
    new errors.StatementPoolingError('postgres://db.example/orders', undefined),
    'The pooler before postgres://db.example/orders is in statement mode, which allows no transactions. Nothing was changed. ' +
      'Set DATABASE_DIRECT_URL to the server itself, or the pooler to pool_mode = transaction. [STATEMENT_POOLING]',
  ],
  [
    new errors.SingleSessionError('postgres://db.example/orders'),
    'postgres://db.example/orders has one session for all clients (as PGlite has), so a lock cannot keep another process out. Nothing was changed. ' +
      'Migrate on a server with one session for each client, or run the SQL of `up --sql` while no other client is connected. [SINGLE_SESSION]',
  ],
  [
    new errors.OptionsIgnoredError('postgres://pooler.example:6432/orders', {
      name: 'role',
      value: 'owner',
      found: 'none',
      login: 'app',
      database: 'orders',
    }),
    'The options of the connection to postgres://pooler.example:6432/orders set role = owner, and the session has role = none: a pooler before the server ignores them. Nothing was changed. ' +
      `Set it on the server, and restart the pooler's connections: ALTER ROLE "app" IN DATABASE "orders" SET role = 'owner'; ` +
      'Or let the pooler pass it on (PgBouncer: connect_query, or track_extra_parameters). ' +
      'Or remove it from the options and set DATABASE_DIRECT_URL to the server itself. [OPTIONS_IGNORED]',
  ],
  [
    new errors.RowSecurityError('"migrations"', 'ann', 'policies apply'),
    'Row-level security may hide rows of the table "migrations" from the role ann (policies apply). Nothing was changed. ' +
      'Migrate as a role that sees all rows, or let a superuser run: ALTER ROLE ann BYPASSRLS; or let the owner of the table run: ALTER TABLE "migrations" DISABLE ROW LEVEL SECURITY; [ROW_SECURITY]',
  ],
];
