import * as v from 'valibot';
import type { Replica } from '../../errors/phases.js';
import { byDialect } from '../../databases/registry.js';
import { exactly } from '../../exactly.js';
import type { UnlintedRevision } from '../../errors/lint.js';
import type { Finding } from '../../lint/finding.js';
import { RULE_IDS } from '../../lint/rule-id.js';
import type { LoggedAttempt, Run, RunProgress } from '../../migrator/records/rows.js';
import type { DoneStep, StandbysReplayed } from '../../errors/run-ended.js';
import type { StandbyProgress } from '../../errors/standbys.js';
import type { DialectStatements } from '../../migrator/revision.js';

/** A revision: its class name, which ends with its stamp. */
export const id = v.string();
export const ids = v.array(id);
export const partlyReplaced = v.pipe(
  v.array(v.object({ id, recorded: ids, absent: ids })),
  v.description('Present for pending revisions that cannot run: some of what they replace is applied.'),
);
export const count = v.pipe(v.number(), v.integer());
export const instant = v.pipe(v.string(), v.description('ISO 8601, in UTC.'));
export const warnings = v.pipe(v.array(v.string()), v.description('Sentences for people.'));
export const dialect = v.picklist(['postgres', 'sqlite']);
export const upOrDown = v.picklist(['up', 'down']);
export const runDirection = v.picklist(['up', 'down', 'stamp']);

export const doneStep = exactly<DoneStep>()(
  v.object({
    id,
    direction: upOrDown,
    stamped: v.pipe(v.boolean(), v.description('Recorded only, not run.')),
    durationMs: count,
    tries: count,
  }),
);

export const standbyProgress = exactly<StandbyProgress>()(
  v.object({
    name: v.pipe(v.string(), v.description('application_name, or a server of DATABASE_REPLICA_URLS.')),
    address: v.pipe(v.nullable(v.string()), v.description('Where it connects from.')),
    missingBytes: v.pipe(v.nullable(count), v.description('null where it has reported nothing yet.')),
  }),
);

/** With --wait-standbys. */
export const standbys = v.exactOptional(
  v.pipe(
    exactly<StandbysReplayed>()(
      v.object({
        position: v.pipe(v.string(), v.description('Of the log of the primary.')),
        standbys: v.pipe(count, v.description('How many stream from the primary.')),
        replicas: v.pipe(count, v.description('How many servers of DATABASE_REPLICA_URLS answered.')),
        waitedMs: count,
      }),
    ),
    v.description('Present with --wait-standbys: the servers that have replayed the run.'),
  ),
);

/** Of a document about what a server has. */
export const standby = v.exactOptional(
  v.pipe(v.literal(true), v.description('Present if a standby has answered; it may lag behind its primary.')),
);

const progress = v.pipe(
  exactly<RunProgress>()(
    v.object({
      revision: id,
      table: v.pipe(v.string(), v.description('As SQL.')),
      column: v.string(),
      done: v.pipe(count, v.description('Rows that this run has filled.')),
      estimated: v.pipe(count, v.description('About how many it is going to fill.')),
      rate: v.pipe(count, v.description('Rows per second.')),
      secondsLeft: v.pipe(count, v.description('At this rate.')),
    }),
  ),
  v.description(
    'Present once a backfill has reported how far it is, while it runs and where it was interrupted.',
  ),
);

const runFields = {
  id: v.string(),
  direction: runDirection,
  planned: ids,
  allowed: v.pipe(v.array(v.string()), v.description('What an --allow option permitted.')),
  actor: v.string(),
  host: v.string(),
  pid: count,
  tool: v.pipe(v.string(), v.description('Name and version of the program that ran it.')),
  startedAt: instant,
  finishedAt: v.nullable(instant),
  error: v.nullable(v.string()),
  progress: v.exactOptional(progress),
};

export const run = exactly<Run>()(
  v.object({
    ...runFields,
    outcome: v.pipe(v.nullable(v.string()), v.description('null while it runs, and for an interrupted one.')),
  }),
);

const attempt = exactly<LoggedAttempt>()(
  v.object({
    revision: id,
    direction: upOrDown,
    kind: v.picklist(['ran', 'stamped', 'renewed']),
    outcome: v.picklist(['done', 'failed']),
    run: v.pipe(v.string(), v.description('The id of its run.')),
    startedAt: instant,
    finishedAt: instant,
    durationMs: v.nullable(count),
    tries: count,
    error: v.nullable(v.string()),
    checksum: v.nullable(v.string()),
    phase: v.exactOptional(
      v.pipe(v.picklist(['expand', 'contract']), v.description('Present if the code has the revision.')),
    ),
  }),
);

export const loggedRun = v.object({
  ...runFields,
  outcome: v.picklist(['completed', 'failed', 'stopped', 'running', 'interrupted']),
  attempts: v.array(attempt),
});

const statements = exactly<DialectStatements>()(
  v.object({ up: v.array(v.string()), down: v.array(v.string()) }),
);

export const revision = v.object({
  id,
  description: v.string(),
  phase: v.pipe(
    v.picklist(['expand', 'contract']),
    v.description('contract: it waits until no older release is connected.'),
  ),
  transaction: v.pipe(v.boolean(), v.description('Whether PostgreSQL runs it in a transaction.')),
  ...byDialect(() => statements),
});

export const finding = exactly<Finding>()(
  v.object({
    rule: v.picklist(RULE_IDS),
    revision: id,
    dialect,
    direction: upOrDown,
    statement: v.pipe(count, v.description('Its number in the list, from 1; 0 is the class itself.')),
    of: v.pipe(count, v.description('How many statements the list has.')),
    message: v.string(),
    replacement: v.pipe(v.nullable(v.string()), v.description('SQL to write instead.')),
    page: v.pipe(v.string(), v.description('The page about the rule, from the root of the package.')),
  }),
);

export const unlinted = exactly<UnlintedRevision>()(
  v.object({
    revision: id,
    direction: upOrDown,
    reason: v.pipe(v.string(), v.description('What hides its statements.')),
  }),
);

export const awaitingContract = v.exactOptional(
  v.pipe(
    v.array(v.object({ id, reason: v.string() })),
    v.description('Present if contract revisions are pending that do not run yet, and why.'),
  ),
);

/** A process of the application, by its heartbeat. */
export const replica = exactly<Replica>()(
  v.object({
    id: v.string(),
    head: v.pipe(v.nullable(id), v.description('The newest revision of its code; null for none.')),
    version: v.pipe(v.string(), v.description('Of this package.')),
    host: v.string(),
    pid: count,
    startedAt: instant,
    seenAt: instant,
    silentMs: v.pipe(count, v.description('Since it was last seen.')),
  }),
);
