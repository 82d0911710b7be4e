import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Job, JobStatus, ResourceAllocation, WorkerStatus } from 'orchestrator-db/entities';
import type { Worker } from 'orchestrator-db/entities';
import { IsNull } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { Transactions } from '../shared/transactions.js';
import { WorkersService } from '../workers/workers.service.js';
import type { ReleaseAllocation } from './job.requests.js';

type End = ReleaseAllocation['outcome'];

const ENDED: readonly JobStatus[] = [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED];

/** Workers that jobs hold. Rows are locked in one order, worker before job, so that nobody waits in a circle. */
@Injectable()
export class AllocationsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly workers: WorkersService,
  ) {}

  /** @throws ConflictException where the worker is not idle, or the job has ended or has all that it takes */
  allocate(jobId: string, workerId: string): Promise<ResourceAllocation> {
    return this.transactions.run(async (manager) => {
      const worker = await this.workers.lock(manager, workerId);
      const job = await this.#lockJob(manager, jobId);
      assertFree(worker);
      assertTakesMore(job, await manager.countBy(ResourceAllocation, heldOf(jobId)));
      await begin(manager, worker, job);
      const { depth } = job;
      return manager.save(
        manager.create(ResourceAllocation, { jobId, workerId, depth, allocatedAt: new Date() }),
      );
    });
  }

  /** @throws ConflictException where it was released before, or the job is said to have ended while others hold it */
  release(id: number, outcome: End): Promise<ResourceAllocation> {
    return this.transactions.run(async (manager) => {
      const { workerId, jobId } = await find(manager, id);
      const worker = await this.workers.lock(manager, workerId);
      const job = await this.#lockJob(manager, jobId);
      const allocation = await find(manager, id);
      if (allocation.releasedAt) throw new ConflictException(`Allocation ${id} was released before.`);
      const released = await manager.save(
        Object.assign(allocation, { releasedAt: notBefore(allocation.allocatedAt) }),
      );
      await letGo(manager, worker);
      await settle(manager, job, outcome);
      return released;
    });
  }

  async #lockJob(manager: EntityManager, jobId: string): Promise<Job> {
    const job = await manager.findOne(Job, { where: { jobId }, ...this.transactions.forUpdate });
    if (!job) throw new NotFoundException(`There is no job ${jobId}.`);
    return job;
  }
}

function assertFree({ workerId, status }: Worker): void {
  if (status !== WorkerStatus.IDLE) throw new ConflictException(`Worker ${workerId} is ${status}.`);
}

function assertTakesMore({ jobId, status, workerCount }: Job, count: number): void {
  if (ENDED.includes(status)) throw new ConflictException(`Job ${jobId} is ${status}.`);
  if (count >= workerCount)
    throw new ConflictException(`Job ${jobId} has the ${workerCount} workers that it takes.`);
}

function heldOf(jobId: string): FindOptionsWhere<ResourceAllocation> {
  return { jobId, releasedAt: IsNull() };
}

async function find(manager: EntityManager, id: number): Promise<ResourceAllocation> {
  const allocation = await manager.findOneBy(ResourceAllocation, { id });
  if (!allocation) throw new NotFoundException(`There is no allocation ${id}.`);
  return allocation;
}

async function begin(manager: EntityManager, worker: Worker, job: Job): Promise<void> {
  const { workerId } = worker;
  const { jobId, startedAt, assignedWorkerId } = job;
  const statusReason = `${workerId} allocated to ${jobId}`;
  await manager.save(Object.assign(worker, { status: WorkerStatus.BUSY, currentJobId: jobId, statusReason }));
  await manager.save(
    Object.assign(job, {
      status: JobStatus.RUNNING,
      startedAt: startedAt ?? new Date(),
      assignedWorkerId: assignedWorkerId ?? workerId,
      statusReason,
    }),
  );
}

/** One that was paused meanwhile stays so. */
async function letGo(manager: EntityManager, worker: Worker): Promise<void> {
  const status = worker.status === WorkerStatus.BUSY ? WorkerStatus.IDLE : worker.status;
  await manager.save(Object.assign(worker, { status, currentJobId: null, statusReason: 'released' }));
}

/** What becomes of a job that one worker less works on. */
async function settle(manager: EntityManager, job: Job, outcome: End): Promise<void> {
  const next = await manager.findOne(ResourceAllocation, { where: heldOf(job.jobId), order: { id: 'ASC' } });
  if (next && outcome)
    throw new ConflictException(`Job ${job.jobId} has not ended: ${next.workerId} works on it as well.`);
  const change = next ? {} : { ...endedBy(job, outcome), statusReason: 'released' };
  await manager.save(Object.assign(job, { ...change, assignedWorkerId: next?.workerId ?? null }));
}

function endedBy({ createdAt }: Job, outcome: End): Pick<Job, 'status'> & Partial<Job> {
  return outcome ? { status: outcome, completedAt: notBefore(createdAt) } : { status: JobStatus.PENDING };
}

/** Now; the clocks of two machines differ. */
function notBefore(earlier: Date): Date {
  return new Date(Math.max(Date.now(), earlier.getTime()));
}
