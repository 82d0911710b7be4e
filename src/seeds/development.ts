/** Rows that `init` inserts: workers and jobs for development. The file beside it creates an administrator. */

import type { EntityManager } from 'typeorm';
import { Job, Worker } from '../entities/index.js';
import { insertMissing } from './insert-missing.js';
import { sameText } from './same-text.js';

/** The inserted seeds, and the existing ones, which stay unchanged. */
interface SeedReport {
  readonly inserted: readonly string[];
  readonly existing: readonly string[];
}

/** Inserts a worker and a job for development, in one transaction. It never changes an existing row. */
export async function seedDevelopment(manager: EntityManager): Promise<SeedReport> {
  const workerId = 'test-worker-1';
  const jobId = 'test-job-1';
  return manager.transaction(async (transaction) => {
    const existing = [
      ...((await transaction.existsBy(Worker, { workerId: sameText(workerId) })) ? [workerId] : []),
      ...((await transaction.existsBy(Job, { jobId: sameText(jobId) })) ? [jobId] : []),
    ];
    if (!existing.includes(workerId)) await insertMissing(transaction, Worker, { workerId });
    if (!existing.includes(jobId))
      await insertMissing(transaction, Job, { jobId, taskDescription: 'A job to try things out with' });
    return { existing, inserted: [workerId, jobId].filter((id) => !existing.includes(id)) };
  });
}
