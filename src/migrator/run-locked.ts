/** Takes the lock, plans again under it, begins the log, runs each revision, and ends the log. */

import { hostname } from 'node:os';
import { messageOf } from '../errors/base.js';
import {
  LockLostError,
  LockUnavailableError,
  MigrationAbortedError,
  noSecondConnection,
} from '../errors/migration.js';
import { RecordNotKeptError, runEndNotKept } from '../errors/records.js';
import { toolName } from '../package-version.js';
import { assertSchemaRecorded } from './unrecorded-schema.js';
import { onLiveConnection } from './connections.js';
import type { Executor } from '../databases/executor.js';
import type { RunSession } from './run-session.js';
import { preparedSteps, resolveSteps } from './resolve-steps.js';
import { assertSamePath } from '../databases/session-path.js';
import { acquire, type HeldLock, type WaitOptions } from '../databases/lock.js';
import type { PlannedStep } from './plan.js';
import { lastContract } from './release-phase.js';
import { warnOfUsers } from './reverted-under.js';
import { releaseTables, warnOfReleaseTables } from './release-tables.js';
import { refusalNow } from './refusal-now.js';
import { RunLog, RunNotKept } from './records/log.js';
import { readNewestRuns } from './records/read-log.js';
import { catchUpNumbers } from './record-numbers.js';
import type { RunOutcome } from '../databases/records/outcome.js';
import type { RecordTables } from '../databases/records/tables.js';
import { lockWaitOf, runLimits } from './run-limits.js';
import { beginning } from './beginning.js';
import { gateOptionsOf, plan, planUnderLock, type Context } from './run-context.js';
import { tracedLock, tracedStep } from './traced.js';
import { logOf, plainTables, readState } from './state.js';

/** How long a pooler may keep us waiting for a second server connection before it is taken for one that has none. */
const POOLER_PATIENCE_MS = 10_000;

/** Waits for the lock, plans again under it, and runs what is left. */
export async function runLocked(context: Context): Promise<void> {
  context.project = { ...context.project, tables: await resolvedTables(context) };
  const { project, session, options, clock, signal } = context;
  const lock = project.dialect.lock({
    session,
    tables: project.tables,
    identity: identity(),
    describeRun: () => describeRun(context),
  });
  const look = { isUnderWay: false };
  try {
    const waiting: WaitOptions = {
      waitMs: lockWaitOf(options),
      clock,
      signal,
      onWaiting: (event) => context.emit({ kind: 'waiting', ...event }),
      isNeeded: async () => {
        look.isUnderWay = true;
        const { steps } = await plan(context).finally(() => (look.isUnderWay = false));
        return steps.length > 0;
      },
    };
    const held = await tracedLock(context.tracing, () => acquire(lock, waiting));
    if (held) await holding(context, held);
  } finally {
    // A query without an answer would keep the connection busy for its next user.
    if (look.isUnderWay) context.line?.hangUp();
    await lock.close();
  }
}

/** Which table the lock is to be named after, only the server knows. */
function resolvedTables({ project, session }: Context): Promise<RecordTables> {
  return project.dialect.resolveLock(session, project.declared);
}

/** Behind a pooler, sessions of one address may have other search paths, and mean other tables. */
async function assertSameTable(context: Context): Promise<void> {
  const { lockName, migrations, path } = context.project.tables;
  const { lockName: meant, migrations: list, path: ofExecuting } = await resolvedTables(context);
  if (meant === lockName && list.sql === migrations.sql) {
    assertSamePath(path, ofExecuting, 'Nothing was changed.');
    return;
  }
  throw new LockUnavailableError(
    `The migration lock is for the list of revisions ${lockName}, but the executing session uses ${meant}. Nothing was changed. ` +
      'Give all sessions of this role one search path: ALTER ROLE <role> SET search_path = <schema>; or set the schema in the DataSource.',
  );
}

async function holding(context: Context, held: HeldLock): Promise<void> {
  const { project, session, watchdog } = context;
  if (held.line) watchdog?.watch(held.line);
  watchdog?.endAfter(held.lost);
  try {
    const { dialect, tables, revisions } = project;
    const migrations = revisions.map(({ migration }) => migration);
    const open = () =>
      dialect.executor(session, { tables, held, migrations, plainTables: () => plainTables(project) });
    const executor = await withTimeout(context, open);
    try {
      await underFence(context, held, executor);
    } finally {
      await executor.close();
    }
  } finally {
    await held.release();
  }
}

/** Reads the state again, which no other process can change now, and runs what is left. */
async function underFence(context: Context, held: HeldLock, executor: Executor): Promise<void> {
  const { project, session } = context;
  const given = await beginning(context, held, () => executor.awaitUncommitted(project.tables));
  await assertSameTable(context);
  const { steps } = await planUnderLock(context);
  if (steps.length === 0 || !context.latest) return;
  await assertSchemaRecorded(project, session, { state: context.latest, steps });
  await warnOfUsers(context, steps);
  const log = await beginLog(context, { held, executor, steps, given });
  await logged(context, log, () => runSteps(context, { held, log, executor, steps }));
}

/** The first statement under the lock needs a second server connection, which a pooler may not have. */
async function withTimeout<T>({ clock }: Context, first: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timeout = clock.pause(POOLER_PATIENCE_MS, over.signal).then((): never => {
    throw noSecondConnection(POOLER_PATIENCE_MS / 1000);
  });
  timeout.catch(() => undefined);
  try {
    return await Promise.race([first(), timeout]);
  } finally {
    over.abort();
  }
}

async function beginLog(
  context: Context,
  { held, executor, steps, given }: Omit<RunParts, 'log'> & { readonly given: number | undefined },
): Promise<RunLog> {
  const { project, session, request, options, latest } = context;
  const { dialect, tables } = project;
  const applied = latest?.history.recorded ?? [];
  const presence = latest?.presence;
  const complete = presence?.complete === true;
  const indexable = presence?.indexed === false && presence.indexable;
  await dialect.assertPrivileges(session, tables);
  await warnOfReleaseTables(context);
  const place = {
    syntax: project.database.records,
    tables,
    session,
    assertTrusted: () => dialect.assertTrusted(session, tables),
    fence: held.fence,
    given,
    complete,
    indexable,
    progressable: presence?.progress === false && presence.indexable,
    reporting: !complete || presence.progress,
    ...{ ...releaseTables(presence), lastContract: lastContract(project.revisions) },
    applied,
    numbersKnown: await catchUpNumbers(context),
  };
  const allowed = Object.entries(options.allow ?? {}).flatMap(([name, is]) => (is === true ? [name] : []));
  const begin = () =>
    RunLog.begin(executor, place, {
      direction: request.direction,
      planned: steps.map(({ revision }) => revision),
      allowed,
      actor: dialect.actor(),
      host: hostname(),
      pid: process.pid,
      tool: toolName(),
    });
  try {
    return await beginning(context, held, begin);
  } catch (error) {
    if (dialect.isDisconnected(error) || error instanceof LockLostError) throw error;
    if (error instanceof RunNotKept) throw await runNotKept(context);
    const refusal =
      dialect.numberUsed(error, [tables.runs], 'No revision was run.') ??
      (await dialect.missingPrivilege(error, session, project.declared)) ??
      (await dialect.readOnly(error, session));
    throw refusal ?? (await refusalNow(context, error)) ?? error;
  }
}

async function runNotKept({ project: { dialect, tables }, session }: Context): Promise<RecordNotKeptError> {
  const changers = await dialect.recordTriggers(session, tables);
  return new RecordNotKeptError(`The run in ${tables.runs.sql}`, changers, { left: 'No revision was run.' });
}

/** Notes how the run ended, whichever way. */
async function logged(context: Context, log: RunLog, body: () => Promise<void>): Promise<void> {
  const { watchdog } = context;
  try {
    await body();
  } catch (error) {
    const outcome = error instanceof MigrationAbortedError ? 'stopped' : 'failed';
    if (!watchdog?.hasHungUp) await noteEnd(context, log, { outcome, error: messageOf(error) });
    throw error;
  }
  await noteEnd(context, log, { outcome: 'completed', error: null });
}

/** Revisions and their records are committed by now, so a database that does not keep the note is worth a warning. */
async function noteEnd(context: Context, log: RunLog, end: RunEnd): Promise<void> {
  const { project, session, emit } = context;
  const { dialect, tables } = project;
  await onLiveConnection(session, async (live) => {
    let refusal: unknown;
    const isKept = await log.end(live, end.outcome, end.error).catch((error: unknown) => {
      if (dialect.isDisconnected(error)) throw error;
      refusal = error;
      return false;
    });
    if (isKept) return;
    const readOnly = await dialect.readOnly(refusal, live, 'It was set during the run.');
    const cause = readOnly ?? (await dialect.recordTriggers(live, tables));
    emit({ kind: 'warning', message: runEndNotKept(tables.runs.sql, end.outcome, cause) });
  });
}

/** How a run ended, for its row. */
interface RunEnd {
  readonly outcome: RunOutcome;
  readonly error: string | null;
}

/** What a run needs besides its context. */
interface RunParts {
  readonly held: HeldLock;
  readonly log: RunLog;
  readonly executor: Executor;
  readonly steps: readonly PlannedStep[];
}

async function runSteps(context: Context, { held, log, executor, steps }: RunParts): Promise<void> {
  const { project, session, options, clock, emit, line, watchdog, tracing } = context;
  const signal = AbortSignal.any([held.lost, context.signal]);
  const run: RunSession = {
    session,
    executor,
    dialect: project.dialect,
    log,
    line,
    watchdog,
    signal,
    clock,
    limits: runLimits(options),
    gate: gateOptionsOf(options),
    emit,
    tracing,
  };
  for (const step of await preparedSteps(session, resolveSteps(project, steps))) await tracedStep(run, step);
}

/** Application name of the holder: at most 63 bytes, the host's name cut rather than the process. */
function identity(): string {
  return `orchestrator-db ${hostname().slice(0, 30)} pid ${process.pid}`;
}

/** The newest run that has not ended, in words; undefined when the log is empty. */
async function describeRun({ project, session }: Context): Promise<string | undefined> {
  const { presence } = await readState(project, session);
  if (!presence.log) return undefined;
  const [last] = await readNewestRuns(logOf(project, session, presence), { limit: 1 });
  if (!last || last.outcome !== null) return undefined;
  return `${last.tool} of ${last.actor} on ${last.host}, process ${last.pid}, since ${last.startedAt}`;
}
