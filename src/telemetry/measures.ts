/** What is measured. docs/telemetry.md lists it, and a test compares both. */

/** How a measure is kept: a distribution, a sum, or the newest value. */
type MeasureKind = 'histogram' | 'counter' | 'gauge';

interface MeasureFacts {
  readonly kind: MeasureKind;
  /** By the Unified Code for Units of Measure. */
  readonly unit: string;
  readonly description: string;
}

/** A time of seconds, from one millisecond to an hour. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1200, 3600] as const;

/** The limits of a histogram, seconds. */
export const SECONDS: readonly number[] = BUCKETS;

/** Every measure, by its name. `db.client.operation.duration` is OpenTelemetry's own. */
export const MEASURES = {
  'orchestrator_db.run.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of a run, the wait for the lock included.',
  },
  'orchestrator_db.revision.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of a revision, over all tries.',
  },
  'db.client.operation.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of a statement of a revision.',
  },
  'orchestrator_db.lock.wait': {
    kind: 'histogram',
    unit: 's',
    description: 'How long a run waited for the migration lock.',
  },
  'orchestrator_db.retries': {
    kind: 'counter',
    unit: '{retry}',
    description: 'Retries after the lock of another session.',
  },
  'orchestrator_db.drift.differences': {
    kind: 'gauge',
    unit: '{difference}',
    description: 'Differences between the live schema and the entities at the last check.',
  },
  'orchestrator_db.revisions.pending': {
    kind: 'gauge',
    unit: '{revision}',
    description: 'Pending revisions at the last check, without contract revisions that wait.',
  },
  'orchestrator_db.backfill.rows': {
    kind: 'gauge',
    unit: '{row}',
    description: 'Rows that the running backfill has filled.',
  },
  'orchestrator_db.backfill.estimated': {
    kind: 'gauge',
    unit: '{row}',
    description: 'About how many rows the running backfill is going to fill.',
  },
  'orchestrator_db.backfill.remaining': {
    kind: 'gauge',
    unit: 's',
    description: 'About how many seconds the running backfill has left.',
  },
} as const satisfies Readonly<Record<string, MeasureFacts>>;

/** The name of a measure. */
export type Measure = keyof typeof MEASURES;
