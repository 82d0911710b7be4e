import { IdempotencyKey } from './idempotency-key.js';
import { Job } from './job.js';
import { ResourceAllocation } from './resource-allocation.js';
import { User } from './user.js';
import { Worker } from './worker.js';

export * from './enums.js';
export { IdempotencyKey, Job, ResourceAllocation, User, Worker };

/** Every entity: the one source of truth. A new entity joins the schema by its line here. */
export const entities = [Worker, Job, ResourceAllocation, IdempotencyKey, User] as const;
