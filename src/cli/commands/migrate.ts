/** The commands, one file each: a command reads its options, calls the library and prints. This one: up and down. */

import { UsageError } from '../../errors/base.js';
import { migrateOver, planOver, type MigrateOptions } from '../../migrator/migrate.js';
import type { Access } from '../../migrator/access.js';
import type { MigrationEvent } from '../../migrator/events.js';
import type { DoneStep } from '../../errors/run-ended.js';
import type { ExitCode } from '../io.js';
import {
  allowancesIn,
  phasesIn,
  standbysIn,
  timeoutsIn,
  type AllowanceOptions,
  type PhaseOptions,
  type StandbyOptions,
  type TimeoutOptions,
} from '../options.js';
import { withAccess } from '../access.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { planJson, planLines } from '../plan-lines.js';
import { printDocument } from '../print-document.js';
import { showProgress } from '../progress.js';
import { reportError } from '../report-error.js';
import { reportOutcome } from '../run-outcome.js';

/** Options of `up` and `down`, as given. */
export interface MigrateCommandOptions
  extends DataSourceOption, AllowanceOptions, TimeoutOptions, StandbyOptions, PhaseOptions {
  readonly plan: boolean;
  readonly sql: boolean;
  readonly dialect?: 'postgres' | 'sqlite';
  /** Seconds. */
  readonly lockWait: number;
  readonly json: boolean;
}

/** The direction and the target. */
interface Course {
  readonly direction: 'up' | 'down';
  readonly target: string | undefined;
}

/**
 * Applies or reverts revisions, or shows the plan or the script for that.
 *
 * @returns 0 done, 1 failed, 2 the database is ahead of the code, 64 an unknown target
 */
export async function migrate(
  course: Course,
  options: MigrateCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (options.plan && options.sql)
    throw new UsageError('--plan reads the database, --sql does not: pass only one of them');
  if (options.dialect !== undefined && !options.sql) throw new UsageError('--dialect requires --sql');
  if (options.waitStandbys !== undefined && (options.plan || options.sql))
    throw new UsageError('--wait-standbys waits after a run: pass it without --plan and --sql');
  if (options.drainWait !== undefined && (options.plan || options.sql))
    throw new UsageError('--drain-wait waits during a run: pass it without --plan and --sql');
  if ((options.backfillMaxLag ?? options.backfillPause) !== undefined && (options.plan || options.sql))
    throw new UsageError(
      '--backfill-max-lag and --backfill-pause are for a run: pass them without --plan and --sql. For a script, set orchestrator_db.max_lag and orchestrator_db.backfill_pause in its session',
    );
  if (options.sql) return (await import('./script.js')).printScript(course, options, context);
  return options.plan ? showPlan(course, options, context) : runRevisions(course, options, context);
}

async function showPlan(
  course: Course,
  options: MigrateCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io } = context;
  const show = async (access: Access): Promise<void> => {
    const plan = await planOver(access, course.direction, optionsFor(course, options));
    for (const warning of plan.warnings) io.err(`warning: ${warning}`);
    if (options.json) printDocument(io, 'plan', await planJson(access, course.direction, plan));
    else for (const line of await planLines(access, course.direction, plan)) io.out(line);
  };
  await withAccess(options, { context, purpose: 'read', use: show });
  return 0;
}

async function runRevisions(
  course: Course,
  options: MigrateCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { io } = context;
  const done: DoneStep[] = [];
  const progress = showProgress(io, options.json ? io.err : io.out);
  const onEvent = (event: MigrationEvent): void => {
    if (event.kind === 'finished') done.push(stepOf(event));
    progress.onEvent(event);
  };
  const run = (access: Access) =>
    io.whileStoppable((signal) =>
      migrateOver(access, course.direction, { ...optionsFor(course, options), clock: io, signal, onEvent }),
    );
  const purpose = course.direction === 'up' ? 'write' : 'revert';
  try {
    // A signal that arrives before there is a connection ends the process: there is nothing to roll back yet.
    const report = await withAccess(options, { context, purpose, use: run });
    reportOutcome(report, io, options);
    return 0;
  } catch (error) {
    return reportError(error, io, { json: options.json, extra: { done } });
  } finally {
    progress.stop();
  }
}

function stepOf({
  revision: id,
  direction,
  stamped,
  durationMs,
  tries,
}: Omit<DoneStep, 'id'> & { readonly revision: string }): DoneStep {
  return { id, direction, stamped, durationMs, tries };
}

function optionsFor({ target }: Course, options: MigrateCommandOptions): MigrateOptions {
  return {
    ...(target === undefined ? {} : { target }),
    allow: allowancesIn(options),
    lockWaitMs: options.lockWait * 1000,
    ...standbysIn(options),
    ...phasesIn(options),
    ...timeoutsIn(options),
  };
}
