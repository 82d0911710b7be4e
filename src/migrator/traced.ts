/** Runs and revisions as spans and measures. */

import type { Direction } from '../databases/direction.js';
import type { RunReport } from '../errors/run-ended.js';
import type { Labels, SpanStart } from '../telemetry/telemetry.js';
import type { MigrationEvent } from './events.js';
import { executeStep } from './execute.js';
import type { RunSession, Step } from './run-session.js';
import { failureOf, type Tracing } from './tracing.js';

/** Runs a run in a span, the wait for its lock included. */
export function tracedRun(
  tracing: Tracing,
  direction: string,
  body: (inside: Tracing) => Promise<RunReport>,
): Promise<RunReport> {
  const labels = { ...tracing.labels, 'orchestrator_db.direction': direction };
  const start = (): SpanStart => ({
    name: `orchestrator-db ${direction}`,
    labels,
    measure: { name: 'orchestrator_db.run.duration', labels },
    failure: failureOf,
  });
  return tracing.telemetry.span(start, async (telemetry) => {
    const report = await body({ ...tracing, telemetry });
    telemetry.set({ 'orchestrator_db.revisions': report.done.length });
    if (report.current !== null) telemetry.set({ 'orchestrator_db.current': report.current });
    return report;
  });
}

/** Waits for the migration lock in a span. */
export function tracedLock<T>({ telemetry, labels }: Tracing, acquire: () => Promise<T>): Promise<T> {
  const start = (): SpanStart => ({
    name: 'migration lock',
    labels,
    measure: { name: 'orchestrator_db.lock.wait', labels },
    failure: failureOf,
  });
  return telemetry.span(start, acquire);
}

/** Runs and records one revision in a span. @throws as executeStep does */
export function tracedStep(run: RunSession, step: Step): Promise<void> {
  const { direction, revision } = step;
  const { tracing } = run;
  const labels = { ...tracing.labels, 'orchestrator_db.direction': direction };
  const start = (): SpanStart => ({
    name: `${direction} ${revision.id}`,
    labels: { ...labels, 'orchestrator_db.revision': revision.id },
    measure: { name: 'orchestrator_db.revision.duration', labels },
    failure: failureOf,
  });
  return tracing.telemetry.span(start, (telemetry) => {
    const inside = { ...tracing, telemetry };
    const emit = (event: MigrationEvent) => {
      observe(event, inside);
      run.emit(event);
    };
    return executeStep({ ...run, tracing: inside, emit }, step);
  });
}

/** What else a revision reports while it runs. */
function observe(event: MigrationEvent, { telemetry, labels }: Tracing): void {
  if (event.kind === 'retrying') {
    telemetry.event('retry', { 'orchestrator_db.tries': event.tries });
    telemetry.record('orchestrator_db.retries', 1, { ...labels, ...aboutOf(event) });
  }
  if (event.kind === 'progress') {
    const about = { ...labels, ...aboutOf(event) };
    telemetry.record('orchestrator_db.backfill.rows', event.done, about);
    telemetry.record('orchestrator_db.backfill.estimated', event.estimated, about);
    telemetry.record('orchestrator_db.backfill.remaining', event.secondsLeft, about);
  }
  if (event.kind === 'finished')
    telemetry.set({ 'orchestrator_db.tries': event.tries, 'orchestrator_db.stamped': event.stamped });
}

interface About {
  readonly revision: string;
  readonly direction: Direction;
}

function aboutOf({ revision, direction }: About): Labels {
  return { 'orchestrator_db.revision': revision, 'orchestrator_db.direction': direction };
}
