import type { DataSource } from 'typeorm';
import type { Clock } from '../clock.js';
import { dialectOf } from '../dialect/dialect.js';
import { withQueryRunner } from '../migrator/connections.js';

/** Those who ask wait for 1 s (Kubernetes) to 5 s (load balancers). */
export const ANSWER_WITHIN_MS = 3000;

/**
 * Whether a database answers in time. A connection on which nothing comes back is given up: after a failover the server
 * at its other end is gone, and nobody says so for minutes.
 */
export function answers(dataSource: DataSource, clock: Clock): Promise<boolean> {
  return withQueryRunner(dataSource, async (queryRunner) => {
    await queryRunner.connect();
    const inTime = await isInTime(queryRunner.query('SELECT 1'), clock);
    if (!inTime) await dialectOf(dataSource).hangUp(queryRunner);
    return inTime;
  });
}

async function isInTime(answer: Promise<unknown>, clock: Clock): Promise<boolean> {
  const answered = new AbortController();
  const late = clock.pause(ANSWER_WITHIN_MS, answered.signal).then(() => false);
  try {
    return await Promise.race([answer.then(() => true), late]);
  } finally {
    answered.abort();
  }
}
