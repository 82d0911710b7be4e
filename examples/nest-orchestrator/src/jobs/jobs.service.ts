import {
  ConflictException,
  Injectable,
  NotFoundException,
  UnprocessableEntityException,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { Job, JobStateTransition, JobStatus } from 'orchestrator-db/entities';
import { Repository } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Idempotency } from '../shared/idempotency.js';
import type { Outcome } from '../shared/idempotency.js';
import { Transactions } from '../shared/transactions.js';
import type { SubmitJob } from './job.requests.js';
import { JobView } from './job.view.js';

const MOST_DEPTH = 5;

@Injectable()
export class JobsService {
  constructor(
    @InjectRepository(Job) private readonly jobs: Repository<Job>,
    private readonly transactions: Transactions,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws UnprocessableEntityException for a key that came with another job before, or a parent that is not there */
  submit(request: SubmitJob, key: string): Promise<Outcome<JobView>> {
    return this.transactions.run(async (manager) => {
      const create = async () => new JobView(await this.#create(manager, request));
      const outcome = await this.idempotency.once(manager, { key, endpoint: 'POST /jobs' }, create);
      if (isAnswerTo(request, outcome.answer)) return outcome;
      throw new UnprocessableEntityException('The Idempotency-Key was sent with another job.');
    });
  }

  list(): Promise<Job[]> {
    return this.jobs.find({ order: { id: 'ASC' }, take: 100 });
  }

  /**
   * Looks on a replica; where it does not have the job yet, on the primary.
   *
   * @throws NotFoundException
   */
  async find(jobId: string): Promise<Job> {
    const job =
      (await this.jobs.findOneBy({ jobId })) ??
      (await this.transactions.onPrimary((manager) => manager.findOneBy(Job, { jobId })));
    if (!job) throw new NotFoundException(`There is no job ${jobId}.`);
    return job;
  }

  async transitions(jobId: string): Promise<JobStateTransition[]> {
    await this.find(jobId);
    return this.jobs.manager.find(JobStateTransition, { where: { jobId }, order: { id: 'ASC' } });
  }

  async #create(manager: EntityManager, request: SubmitJob): Promise<Job> {
    const depth = await depthOf(manager, request);
    if (depth > MOST_DEPTH) throw new ConflictException(`Jobs are nested ${MOST_DEPTH} deep at most.`);
    const submitted = { jobId: randomUUID(), depth, status: JobStatus.SUBMITTED, statusReason: 'submitted' };
    return manager.save(Object.assign(manager.create(Job, request), submitted));
  }
}

async function depthOf(manager: EntityManager, { parentJobId }: SubmitJob): Promise<number> {
  if (parentJobId === undefined) return 0;
  const parent = await manager.findOneBy(Job, { jobId: parentJobId });
  if (!parent) throw new UnprocessableEntityException(`There is no job ${parentJobId} to be a part of.`);
  return parent.depth + 1;
}

function isAnswerTo({ taskDescription, workerCount = 1, parentJobId }: SubmitJob, job: JobView): boolean {
  const isSamePart = job.parentJobId === (parentJobId ?? null);
  return isSamePart && job.taskDescription === taskDescription && job.workerCount === workerCount;
}
