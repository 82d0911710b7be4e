import { setTimeout as pause } from 'node:timers/promises';
import type { Ended } from './processes.js';

const POLL_MS = 20;
const LIMIT_MS = 40_000;

/**
 * Waits for a condition.
 *
 * @throws Error when the process that is to bring it about ends before, or when it does not come about
 */
export async function until(isSo: () => Promise<boolean>, ended?: Promise<Ended>): Promise<void> {
  let end: Ended | undefined;
  void ended?.then((result) => (end = result));
  for (const since = performance.now(); performance.now() - since < LIMIT_MS;) {
    if (await isSo()) return;
    if (end) throw new Error(`The process ended meanwhile, with code ${String(end.code)}: ${end.stderr}`);
    await pause(POLL_MS);
  }
  throw new Error(`It did not come about within ${LIMIT_MS / 1000} s: ${isSo.toString()}`);
}

/** Waits until a statement of another session is in pg_sleep(). */
export async function untilAsleep(query: (sql: string) => Promise<readonly unknown[]>): Promise<void> {
  const asleep = `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
  await until(async () => (await query(asleep)).length > 0);
}

/** Waits until a statement of another session waits for a lock. */
export async function untilLocked(query: (sql: string) => Promise<readonly unknown[]>): Promise<void> {
  const locked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  await until(async () => (await query(locked)).length > 0);
}
