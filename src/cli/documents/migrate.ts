import * as v from 'valibot';
import type { ServerFacts } from '../../databases/server-facts.js';
import { exactly } from '../../exactly.js';
import type { LoggedRun } from '../../migrator/failed-attempts.js';
import type { RunPage } from '../../migrator/run-history.js';
import type { ShownStatus } from '../shown-status.js';
import {
  awaitingContract,
  count,
  doneStep,
  id,
  ids,
  instant,
  loggedRun,
  partlyReplaced,
  run,
  runDirection,
  standby,
  standbys,
  upOrDown,
  warnings,
} from './parts.js';
import { releases } from './replicas.js';

/** Of `up`, `down` and `stamp`. */
export const outcome = v.pipe(
  v.object({
    status: v.picklist(['done', 'nothing-to-do']),
    direction: runDirection,
    done: v.array(doneStep),
    current: v.pipe(v.nullable(id), v.description('The newest applied revision; null at base.')),
    awaitingContract,
    standbys,
    standby,
  }),
  v.description('up, down, stamp: what was done, in order.'),
);

/** Of `up --plan` and `down --plan`. */
export const plan = v.pipe(
  v.object({
    direction: upOrDown,
    steps: v.array(
      v.object({
        id,
        description: v.string(),
        transaction: v.pipe(v.boolean(), v.description('Whether it runs in a transaction.')),
        statements: v.pipe(
          v.nullable(v.array(v.string())),
          v.description('null where they are known only when it runs.'),
        ),
        only: v.exactOptional(
          v.pipe(
            v.picklist(['recorded', 'record removed']),
            v.description('Present where it is not run, and only its record changes.'),
          ),
        ),
      }),
    ),
    warnings,
    awaitingContract,
  }),
  v.description('up --plan, down --plan: the revisions to run, in order.'),
);

/** Of `up --sql` and `down --sql`. */
export const script = v.pipe(
  v.object({ script: v.string() }),
  v.description('up --sql, down --sql: the offline script.'),
);

/** Of `create`. */
export const created = v.pipe(
  v.object({ file: v.string() }),
  v.description('create: the file of the new revision.'),
);

/** Of `build`. */
export const built = v.pipe(
  v.object({
    file: v.pipe(v.string(), v.description('The manifest.')),
    revisions: v.pipe(count, v.description('How many revisions it has.')),
  }),
  v.description('build: the manifest of a compiled DataSource.'),
);

/** Of `rebase`. */
export const rebased = v.pipe(
  v.object({
    status: v.picklist(['rebased', 'nothing-to-do']),
    revisions: v.array(v.object({ from: id, to: id })),
    files: v.pipe(v.array(v.string()), v.description('The new files, in the order of the revisions.')),
    updated: v.pipe(v.array(v.string()), v.description('Other files that named them: index.ts.')),
  }),
  v.description('rebase: the revisions with new stamps.'),
);

const server = v.pipe(
  exactly<ServerFacts>()(
    v.object({
      version: v.pipe(v.string(), v.description('Of PostgreSQL, or of the SQLite library.')),
      role: v.exactOptional(
        v.pipe(v.picklist(['primary', 'standby']), v.description('When it was asked. PostgreSQL only.')),
      ),
      citus: v.exactOptional(
        v.pipe(v.picklist(['coordinator', 'worker']), v.description('Only with the extension Citus.')),
      ),
      subscriptions: v.exactOptional(
        v.pipe(
          v.array(v.string()),
          v.description('Only on a subscriber: the subscriptions that copy rows into this database.'),
        ),
      ),
      singleSession: v.exactOptional(
        v.pipe(v.literal(true), v.description('Present if all clients share one session, as on PGlite.')),
      ),
      pooler: v.exactOptional(
        v.pipe(v.literal(true), v.description('Present if a connection pooler is known to be in between.')),
      ),
    }),
  ),
  v.description('What the connection leads to.'),
);

/** Of `status`. */
export const status = v.pipe(
  exactly<ShownStatus>()(
    v.object({
      current: v.pipe(v.nullable(id), v.description('The newest applied revision; null at base.')),
      head: v.pipe(v.nullable(id), v.description('The newest revision of the code; null for none.')),
      applied: v.array(
        v.object({
          id,
          appliedAt: v.nullable(instant),
          checksum: v.nullable(v.string()),
          verification: v.pipe(
            v.picklist(['verified', 'edited', 'unverified', 'not checksummed', 'missing', 'replaced']),
            v.description('replaced: what it replaces is recorded; the next up records it.'),
          ),
          description: v.string(),
        }),
      ),
      pending: v.pipe(ids, v.description('In the code only, without contract revisions.')),
      awaitingContract: v.exactOptional(
        v.pipe(
          v.array(
            v.object({
              id,
              reason: v.pipe(v.nullable(v.string()), v.description('null where it may run now.')),
            }),
          ),
          v.description('Present if contract revisions are pending: what each waits for.'),
        ),
      ),
      missing: v.pipe(ids, v.description('In the database only.')),
      outOfOrder: v.pipe(ids, v.description('Pending, and older than current.')),
      edited: v.pipe(ids, v.description('Applied, and their up has changed since.')),
      partlyReplaced: v.exactOptional(partlyReplaced),
      failed: v.array(
        v.object({
          id,
          direction: upOrDown,
          outcome: v.picklist(['failed', 'interrupted']),
          at: instant,
          error: v.nullable(v.string()),
        }),
      ),
      running: v.nullable(run),
      standby,
      server,
      unreadable: v.exactOptional(
        v.pipe(
          v.array(v.string()),
          v.description(
            'Present if they cannot be read: tables of the records, by the role or on a Citus worker. Their content is unknown.',
          ),
        ),
      ),
      releases: v.exactOptional(releases),
      revisions: v.pipe(
        v.array(v.object({ id, description: v.string(), phase: v.picklist(['expand', 'contract']) })),
        v.description('The revisions of the code, oldest first.'),
      ),
      revisionsFrom: v.pipe(
        v.picklist(['manifest', 'data-source']),
        v.description('Where they come from: manifest, without TypeORM; data-source, over TypeORM.'),
      ),
      manifestUnused: v.exactOptional(
        v.pipe(v.string(), v.description('Present with data-source: why no manifest was used.')),
      ),
    }),
  ),
  v.description('status: the state of a database.'),
);

/** Of `history`. */
export const history = v.pipe(
  exactly<RunPage>()(
    v.object({
      runs: v.pipe(v.array(exactly<LoggedRun>()(loggedRun)), v.description('Newest first.')),
      total: v.pipe(count, v.description('How many runs the log has.')),
    }),
  ),
  v.description('history: the newest runs, with every attempt.'),
);
