/** Where a run stands: reads the database, and has the request decide what is left to run. Refuses a standby. */

import type { Place, Session } from '../databases/session.js';
import { systemClock, type Clock } from '../clock.js';
import type { ConnectionSettings } from '../databases/database.js';
import type { Line } from '../databases/line.js';
import type { DoneStep, RunReport, StandbysReplayed } from '../errors/run-ended.js';
import { StandbyError } from '../errors/server.js';
import type { PhaseChoice } from './arrange.js';
import type { OnEvent } from './events.js';
import { RELEASE_TIMEOUT_MS, type GateOptions } from './gate.js';
import type { Allowances, Plan } from './plan.js';
import { readRelease } from './release-state.js';
import type { ReleaseState } from './releases.js';
import type { RunLimits } from './run-limits.js';
import { readState, type Project, type State } from './state.js';
import type { Tracing } from './tracing.js';
import { Watchdog } from './watchdog.js';

/** How a run goes about it. */
export interface RunOptions extends Partial<RunLimits> {
  /** What is allowed that would otherwise stop it; noted in the log. */
  readonly allow?: Allowances;
  /** How long to wait for another process that migrates; default 60,000 ms. */
  readonly lockWaitMs?: number;
  /**
   * How long `up` waits in the end until all standbys have replayed what it did, PostgreSQL only; default: it does not
   * wait.
   */
  readonly waitStandbysMs?: number;
  /** Which phases `up` applies; default all that may run now. */
  readonly phases?: PhaseChoice;
  /** How long `up` waits until no older release is connected, for contract revisions; default: it does not wait. */
  readonly drainWaitMs?: number;
  /** How long a process counts after its last heartbeat; default 10 minutes. */
  readonly releaseTimeoutMs?: number;
  /** Ends the run: the running revision is rolled back. */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  /**
   * Is called with the newest contract revision that a newer release has applied, before anything is changed. What it
   * throws ends the run.
   */
  readonly onNewerContract?: (id: string) => void;
  readonly clock?: Clock;
}

/** What to run. */
export interface RunRequest {
  readonly direction: RunReport['direction'];
  /** Decides from where the database stands; asked again under the lock. */
  readonly plan: (state: State) => Plan;
}

/** What a run is made of. */
export interface Context {
  /** With the name of the lock as the server resolves it, as soon as the lock is wanted. */
  project: Project;
  readonly session: Session;
  readonly request: RunRequest;
  readonly options: RunOptions;
  readonly clock: Clock;
  /** Aborted when the caller wants the run to end, or the server is silent. */
  readonly signal: AbortSignal;
  /** Ends the run when the server is silent; undefined where there is none. */
  readonly watchdog: Watchdog | undefined;
  /** The connection that executes, as this end sees it. */
  readonly line: Line | undefined;
  readonly emit: OnEvent;
  readonly tracing: Tracing;
  readonly done: readonly DoneStep[];
  /** The settings of the DataSource, which name its replicas; undefined where another tool made it. */
  readonly settings: ConnectionSettings | undefined;
  /** What waiting for standbys came to. */
  standbys: StandbysReplayed | undefined;
  /** What the last look at the database has found. */
  latest: State | undefined;
  /** How other releases stood to the code then; only on the way up. */
  release: ReleaseState | undefined;
  /** What was decided by it. */
  decided: Plan | undefined;
}

/** What is to be run, and how. */
export interface GivenRun {
  readonly request: RunRequest;
  readonly options: RunOptions;
  readonly settings?: ConnectionSettings | undefined;
}

/** A run, and what receives its spans. */
interface TracedRun extends GivenRun {
  readonly tracing: Tracing;
}

/** The beginning of a run. */
export async function contextOf(
  project: Project,
  session: Session,
  { request, options, settings, tracing }: TracedRun,
): Promise<Context> {
  const done: DoneStep[] = [];
  const line = await project.dialect.line(session);
  const watchdog = line && watchdogFor(project, { line, place: session.place }, options);
  const signals = [options.signal, watchdog?.silence].filter((signal) => signal !== undefined);
  return {
    project,
    session,
    request,
    options,
    clock: options.clock ?? systemClock,
    signal: AbortSignal.any(signals),
    watchdog,
    line,
    done,
    tracing,
    settings,
    standbys: undefined,
    latest: undefined,
    release: undefined,
    decided: undefined,
    emit: (event) => {
      if (event.kind === 'finished') {
        const { revision: id, direction, stamped, durationMs, tries } = event;
        done.push({ id, direction, stamped, durationMs, tries });
      }
      options.onEvent?.(event);
    },
  };
}

/** A connection that a watchdog is for. */
interface Watched {
  readonly line: Line;
  readonly place: Place;
}

/** On the clock of this machine always: what it waits for is a network. */
function watchdogFor({ dialect }: Project, { line, place }: Watched, { signal }: RunOptions): Watchdog {
  const watchdog = new Watchdog({
    clock: systemClock,
    database: place.shown,
    probe: (of) => dialect.probe(place, of),
  });
  watchdog.watch(line);
  if (signal) watchdog.endAfter(signal);
  return watchdog;
}

/**
 * Looks where the database stands, and decides.
 *
 * @throws StandbyError when there is something to run and a standby has answered
 */
export async function plan(context: Context): Promise<Plan> {
  const { request, project, session } = context;
  context.latest = await readState(project, session);
  const release =
    request.direction === 'up'
      ? await readRelease(project, session, {
          state: context.latest,
          options: gateOptionsOf(context.options),
        })
      : undefined;
  context.release = release;
  const contract = release?.newer.findLast(({ phase }) => phase === 'contract');
  if (contract) context.options.onNewerContract?.(contract.id);
  const decided = request.plan(release ? { ...context.latest, release } : context.latest);
  context.decided = decided;
  const wanted = decided.steps.map(({ revision }) => revision);
  if (context.latest.server.role === 'standby' && wanted.length > 0)
    throw new StandbyError(shownOf(context), wanted);
  return decided;
}

/** How the gates of contract revisions are read. */
export function gateOptionsOf({
  allow,
  releaseTimeoutMs,
}: Pick<RunOptions, 'allow' | 'releaseTimeoutMs'>): GateOptions {
  return {
    force: allow?.forceContract === true,
    releaseTimeoutMs: releaseTimeoutMs ?? RELEASE_TIMEOUT_MS,
  };
}

/**
 * The same for the holder of the lock: not even "nothing to do" is believed of a standby then.
 *
 * @throws StandbyError
 */
export async function planUnderLock(context: Context): Promise<Plan> {
  const decided = await plan(context);
  if (context.latest?.server.role === 'standby') throw new StandbyError(shownOf(context), []);
  return decided;
}

function shownOf({ session }: Context): string {
  return session.place.shown;
}
