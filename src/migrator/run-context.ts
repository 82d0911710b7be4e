import type { QueryRunner } from 'typeorm';
import { systemClock, type Clock } from '../clock.js';
import type { OnEvent } from './events.js';
import type { Allowances, Plan } from './plan.js';
import type { Direction } from './revision.js';
import type { RunLimits } from './run-limits.js';
import { readState, type Project, type State } from './state.js';

/** How a run goes about it. */
export interface RunOptions extends Partial<RunLimits> {
  /** What is let pass that would otherwise stop it; noted in the log. */
  readonly allow?: Allowances;
  /** How long to wait for another process that migrates; default 60,000 ms. */
  readonly lockWaitMs?: number;
  /** Ends the run: the running revision is rolled back. */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  readonly clock?: Clock;
}

/** What to run. */
export interface RunRequest {
  readonly direction: 'up' | 'down' | 'stamp';
  /** Decides from where the database stands; asked again under the lock. */
  readonly plan: (state: State) => Plan;
}

/** A revision that was run or recorded. */
export interface DoneStep {
  readonly id: string;
  readonly direction: Direction;
  readonly stamped: boolean;
  readonly durationMs: number;
  readonly tries: number;
}

/** What a run did, in order. */
export interface RunReport {
  readonly direction: RunRequest['direction'];
  readonly done: readonly DoneStep[];
  /** The newest applied revision afterwards; null at base. */
  readonly current: string | null;
}

/** What a run is made of. */
export interface Context {
  readonly project: Project;
  readonly queryRunner: QueryRunner;
  readonly request: RunRequest;
  readonly options: RunOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: OnEvent;
  readonly done: readonly DoneStep[];
  /** What the last look at the database has found. */
  latest: State | undefined;
}

/** The beginning of a run. */
export function contextOf(
  project: Project,
  queryRunner: QueryRunner,
  { request, options }: { readonly request: RunRequest; readonly options: RunOptions },
): Context {
  const done: DoneStep[] = [];
  return {
    project,
    queryRunner,
    request,
    options,
    clock: options.clock ?? systemClock,
    signal: options.signal ?? new AbortController().signal,
    done,
    latest: undefined,
    emit: (event) => {
      if (event.kind === 'finished') {
        const { revision: id, direction, stamped, durationMs, tries } = event;
        done.push({ id, direction, stamped, durationMs, tries });
      }
      options.onEvent?.(event);
    },
  };
}

/** Looks where the database stands, and decides. */
export async function plan(context: Context): Promise<Plan> {
  context.latest = await readState(context.project, context.queryRunner);
  return context.request.plan(context.latest);
}
