import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTarget } from '../src/database-url.js';
import { clientConfig } from '../src/databases/postgres/scratch/embedded-postgres.js';
import { DEFAULT_LIMITS } from '../src/migrator/run-limits.js';
import type { Applied, Change } from './online-change.js';
import type { Kind } from './online-kinds.js';
import { workersFor } from './online-template.js';
import { reading, writing } from './online-operations.js';
import { startTraffic, type Asked, type Seen, type TrafficOptions } from './online-traffic.js';
import { LOOK_MS, watchLocks } from './online-watch.js';

/** What one change did to the traffic. */
export interface Measured extends Applied {
  readonly steps: number;
  readonly durationMs: number;
  /** How long a query of theirs waited for a lock at most. */
  readonly blockedMs: number;
  /** How long a query took at most, from when it was due: what it waited for the machine as well. */
  readonly longestMs: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly failures: Seen['failures'];
}

/** How much of everything. */
export interface Scale {
  /** Jobs. */
  readonly rows: number;
  /** Statements in a second. */
  readonly rate: number;
}

const BEFORE_MS = 1500;
const AFTER_MS = 1000;
const BASELINE_MS = 5000;

/** Runs a change of the jobs while applications use them. */
export function underTraffic(
  target: PostgresTarget,
  change: Change,
  { kind, scale }: { readonly kind: Kind; readonly scale: Scale },
): Promise<Measured> {
  const { rate, rows } = scale;
  const operation = ({ writes, ...asked }: Asked) => {
    const circumstances = { ...asked, rows, workers: workersFor(rows) };
    return writes ? writing(circumstances) : reading(circumstances);
  };
  const written = kind.writtenAfterFirst ? undefined : kind.written;
  return underLoad(target, change, { rate, operation, written, heldMs: kind.heldMs });
}

/** The traffic, and what disturbs it besides. */
interface Load extends TrafficOptions {
  /** How long a transaction holds what it has read of jobs, beginning just before; default none. */
  readonly heldMs?: number | undefined;
}

/** Runs a change while there is traffic; it is looked at from the first moment of the change until a second behind it. */
export async function underLoad(
  target: PostgresTarget,
  change: Change,
  { heldMs, ...options }: Load,
): Promise<Measured> {
  await change.prepare();
  const traffic = await startTraffic(target, options);
  await pause(BEFORE_MS);
  const held = heldMs === undefined ? undefined : await hold(target, heldMs);
  const watched = await watchLocks(target);
  traffic.begin();
  const started = performance.now();
  const applied = await change.apply(traffic);
  const durationMs = performance.now() - started;
  await pause(change.steps === 0 ? BASELINE_MS : AFTER_MS);
  await held?.over;
  const seen = summary(await traffic.stop());
  return { ...applied, ...seen, blockedMs: await watched.stop(), steps: change.steps, durationMs };
}

/** A transaction that has read a row of jobs, and stays open. */
async function hold(target: PostgresTarget, ms: number): Promise<{ readonly over: Promise<void> }> {
  const client = new pg.Client(clientConfig(target));
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT id FROM jobs LIMIT 1');
  return { over: pause(ms).then(() => client.end()) };
}

function summary({
  latencies,
  failures,
}: Seen): Pick<Measured, 'longestMs' | 'p99Ms' | 'failed' | 'failures'> {
  return {
    longestMs: latencies.at(-1) ?? NaN,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
    failed: [...failures.values()].reduce((sum, count) => sum + count, 0),
    failures,
  };
}

/** How much longer than the lock timeout a wait may look. */
const INEXACT_MS = 2 * LOOK_MS;

/** What is wrong with a change of ours; undefined when nothing is. */
export function fault({ failed, blockedMs, error }: Measured): string | undefined {
  const most = DEFAULT_LIMITS.lockTimeoutMs;
  if (error !== undefined) return `it did not happen: ${error}`;
  if (failed > 0) return `${failed} queries failed`;
  if (!(blockedMs <= most + INEXACT_MS))
    return `a query was blocked for ${blockedMs.toFixed(0)} ms, more than ${most} ms`;
  return undefined;
}
