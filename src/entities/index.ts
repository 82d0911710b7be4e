import { IdempotencyKey } from './idempotency-key.js';
import { JobStateTransition } from './job-state-transition.js';
import { Job } from './job.js';
import { ResourceAllocation } from './resource-allocation.js';
import { User } from './user.js';
import { WorkerStateTransition } from './worker-state-transition.js';
import { Worker } from './worker.js';

export * from './enums.js';
export type { JsonValue } from './json-value.js';
export { IdempotencyKey, Job, JobStateTransition, ResourceAllocation, User, Worker, WorkerStateTransition };

/** Every entity: the one source of truth. To add an entity to the schema, add its line here. */
export const entities = [
  Worker,
  Job,
  ResourceAllocation,
  IdempotencyKey,
  User,
  WorkerStateTransition,
  JobStateTransition,
] as const;
