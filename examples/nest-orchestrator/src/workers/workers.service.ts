import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Worker, WorkerStateTransition, WorkerStatus } from 'orchestrator-db/entities';
import { Repository } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { isDuplicate } from '../shared/query-failures.js';
import { Transactions } from '../shared/transactions.js';
import type { RegisterWorker } from './worker.requests.js';

const CAN_PAUSE: readonly WorkerStatus[] = [WorkerStatus.IDLE, WorkerStatus.BUSY];

@Injectable()
export class WorkersService {
  constructor(
    @InjectRepository(Worker) private readonly workers: Repository<Worker>,
    @InjectRepository(WorkerStateTransition) private readonly changes: Repository<WorkerStateTransition>,
    private readonly transactions: Transactions,
  ) {}

  /** @throws ConflictException where there is one of that name */
  async register(request: RegisterWorker): Promise<Worker> {
    try {
      return await this.transactions.run((manager) => manager.save(manager.create(Worker, request)));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new ConflictException(`Worker ${request.workerId} is registered already.`);
    }
  }

  list(): Promise<Worker[]> {
    return this.workers.find({ order: { id: 'ASC' }, take: 100 });
  }

  /** @throws NotFoundException */
  async find(workerId: string): Promise<Worker> {
    const worker = await this.workers.findOneBy({ workerId });
    if (!worker) throw new NotFoundException(`There is no worker ${workerId}.`);
    return worker;
  }

  /** The worker keeps its job, and is given no other. */
  pause(workerId: string, reason = 'paused'): Promise<Worker> {
    return this.#change(workerId, reason, ({ status }) => {
      if (status === WorkerStatus.PAUSED || CAN_PAUSE.includes(status)) return WorkerStatus.PAUSED;
      throw new ConflictException(
        `Worker ${workerId} is ${status}: only one that is IDLE or BUSY is paused.`,
      );
    });
  }

  resume(workerId: string, reason = 'resumed'): Promise<Worker> {
    return this.#change(workerId, reason, ({ status, currentJobId }) => {
      if (status === WorkerStatus.PAUSED)
        return currentJobId === null ? WorkerStatus.IDLE : WorkerStatus.BUSY;
      throw new ConflictException(`Worker ${workerId} is ${status}: only one that is PAUSED is resumed.`);
    });
  }

  async transitions(workerId: string): Promise<WorkerStateTransition[]> {
    await this.find(workerId);
    return this.changes.find({ where: { workerId }, order: { id: 'ASC' } });
  }

  /** Under lock, so that what is decided is still so when it is written. */
  async lock(manager: EntityManager, workerId: string): Promise<Worker> {
    const worker = await manager.findOne(Worker, { where: { workerId }, ...this.transactions.forUpdate });
    if (!worker) throw new NotFoundException(`There is no worker ${workerId}.`);
    return worker;
  }

  #change(workerId: string, reason: string, next: (worker: Worker) => WorkerStatus): Promise<Worker> {
    return this.transactions.run(async (manager) => {
      const worker = await this.lock(manager, workerId);
      return manager.save(Object.assign(worker, { status: next(worker), statusReason: reason }));
    });
  }
}
