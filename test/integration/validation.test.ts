import { expect } from 'chai';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { Job, ResourceAllocation, Worker, WorkerStatus, WorkerType } from '../../src/entities/index.js';
import { EntityValidationError } from '../../src/errors/base.js';
import { eachDatabase } from '../support/databases.js';

/** One way to write through TypeORM, with values that break rules or with values that do not. */
interface WriteForm {
  readonly title: string;
  readonly write: (dataSource: DataSource, values: ObjectLiteral) => Promise<unknown>;
}

const GOOD = { workerId: 'worker-7', workerType: WorkerType.CODEX, status: WorkerStatus.BUSY };
const BAD = { workerId: '', workerType: 'LLAMA', status: WorkerStatus.BUSY, currentJobId: 'j'.repeat(101) };
const OTHER = { workerId: 'worker-8' };
const BAD_RULES = {
  currentJobId: ['isLength'],
  workerId: ['isLength'],
  workerType: ['isEnum'],
};

const INSERTS: readonly WriteForm[] = [
  { title: 'save of an entity', write: ({ manager }, values) => manager.save(entityOf(values)) },
  {
    title: 'save of an array of entities',
    write: ({ manager }, values) => manager.save([entityOf(OTHER), entityOf(values)]),
  },
  { title: 'manager.save of a plain object', write: ({ manager }, values) => manager.save(Worker, values) },
  {
    title: 'manager.save of an array of plain objects',
    write: ({ manager }, values) => manager.save(Worker, [OTHER, values]),
  },
  {
    title: 'repository.save of a plain object',
    write: (dataSource, values) => dataSource.getRepository(Worker).save(values),
  },
  {
    title: 'repository.save of an array of plain objects',
    write: (dataSource, values) => dataSource.getRepository(Worker).save([OTHER, values]),
  },
  { title: 'insert', write: ({ manager }, values) => manager.insert(Worker, values) },
  { title: 'insert of an array', write: ({ manager }, values) => manager.insert(Worker, [OTHER, values]) },
  {
    title: 'upsert of a new row',
    write: ({ manager }, values) => manager.upsert(Worker, values, ['workerId']),
  },
  {
    title: 'upsert of an array',
    write: ({ manager }, values) => manager.upsert(Worker, [OTHER, values], ['workerId']),
  },
  {
    title: 'query-builder insert',
    write: (dataSource, values) =>
      dataSource.createQueryBuilder().insert().into(Worker).values(values).execute(),
  },
  {
    title: 'query-builder insert of an array',
    write: (dataSource, values) =>
      dataSource.createQueryBuilder().insert().into(Worker).values([OTHER, values]).execute(),
  },
];

const UPDATES: readonly WriteForm[] = [
  {
    title: 'save of a loaded and changed entity',
    write: async ({ manager }, values) => {
      const worker = await manager.findOneByOrFail(Worker, { workerId: 'here-1' });
      return manager.save(Object.assign(worker, values));
    },
  },
  {
    title: 'save of an array of loaded and changed entities',
    write: async ({ manager }, values) => {
      const workers = await manager.find(Worker, { order: { workerId: 'ASC' } });
      workers[0]!.status = WorkerStatus.FAILED;
      Object.assign(workers[1]!, values);
      return manager.save(workers);
    },
  },
  {
    title: 'partial save of an existing row',
    write: async (dataSource, values) =>
      dataSource.manager.save(Worker, { id: await idOf(dataSource, 'here-1'), ...values }),
  },
  {
    title: 'partial save of an array of existing rows',
    write: async (dataSource, values) =>
      dataSource.getRepository(Worker).save([
        { id: await idOf(dataSource, 'here-2'), status: WorkerStatus.FAILED },
        { id: await idOf(dataSource, 'here-1'), ...values },
      ]),
  },
  {
    title: 'update',
    write: ({ manager }, values) => manager.update(Worker, { workerId: 'here-1' }, values),
  },
  {
    title: 'update by several criteria',
    write: ({ manager }, values) =>
      manager.update(Worker, [{ workerId: 'here-1' }, { status: WorkerStatus.TERMINATED }], values),
  },
  {
    title: 'query-builder update',
    write: (dataSource, values) =>
      dataSource.createQueryBuilder().update(Worker).set(values).where({ workerId: 'here-1' }).execute(),
  },
];

function entityOf(values: ObjectLiteral): Worker {
  return Object.assign(new Worker(), values);
}

async function idOf({ manager }: DataSource, workerId: string): Promise<number> {
  return (await manager.findOneByOrFail(Worker, { workerId })).id;
}

async function failureOf(write: Promise<unknown>): Promise<EntityValidationError> {
  const outcome = await write.then(
    () => new Error('It was written.'),
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(EntityValidationError);
  return outcome as EntityValidationError;
}

function rulesOf({ problems }: EntityValidationError): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(problems.map(({ property, rules }) => [property, Object.keys(rules)]));
}

eachDatabase('Validation on every write through TypeORM', (database) => {
  async function withTwoWorkers(): Promise<DataSource> {
    const dataSource = await database().connectAtHead();
    await dataSource.query("INSERT INTO workers (worker_id) VALUES ('here-1'), ('here-2')");
    return dataSource;
  }
  const rowsOf = (dataSource: DataSource) =>
    dataSource.query<ObjectLiteral[]>('SELECT * FROM workers ORDER BY id');

  for (const { title, write } of [...INSERTS, ...UPDATES]) {
    it(`Validation on every write through TypeORM keeps invalid values out of the database: ${title}`, async () => {
      const dataSource = await withTwoWorkers();
      const before = await rowsOf(dataSource);
      const error = await failureOf(write(dataSource, { ...BAD }));
      expect(error.entity).to.equal('Worker');
      expect(error.problems).to.have.length(3);
      expect(rulesOf(error)).to.deep.equal(BAD_RULES);
      expect(await rowsOf(dataSource)).to.deep.equal(before);
    });
  }

  for (const { title, write } of INSERTS) {
    it(`Validation on every write through TypeORM lets valid values pass: ${title}`, async () => {
      const dataSource = await withTwoWorkers();
      await write(dataSource, { ...GOOD });
      expect(await dataSource.manager.findOneByOrFail(Worker, { workerId: 'worker-7' })).to.include(GOOD);
    });
  }

  for (const { title, write } of UPDATES) {
    it(`Validation on every write through TypeORM lets valid values pass: ${title}`, async () => {
      const dataSource = await withTwoWorkers();
      await write(dataSource, { status: WorkerStatus.BUSY, currentJobId: 'job-9' });
      const changed = await dataSource.manager.findBy(Worker, { currentJobId: 'job-9' });
      expect(changed.map(({ status }) => status)).to.deep.equal([WorkerStatus.BUSY]);
    });
  }

  it('Validation on every write through TypeORM names the entity and every bad property with its rule, word for word', async () => {
    const { manager } = await database().connectAtHead();
    const error = await failureOf(manager.insert(Worker, { ...BAD } as ObjectLiteral));
    expect(error.message).to.equal(
      'Worker is invalid: ' +
        'workerId: workerId must be longer than or equal to 1 characters (isLength); ' +
        'workerType: workerType must be one of the following values: CLAUDE, CODEX (isEnum); ' +
        'currentJobId: currentJobId must be shorter than or equal to 100 characters (isLength). ' +
        'Nothing was written.',
    );
  });

  it('Validation on every write through TypeORM names what is missing, every rule of it', async () => {
    const { manager } = await database().connectAtHead();
    const error = await failureOf(manager.save(Job, { jobId: 'job-1' }));
    expect(error.message).to.equal(
      'Job is invalid: taskDescription: taskDescription must be a string (isString). Nothing was written.',
    );
    const other = await failureOf(manager.insert(Worker, {}));
    expect(rulesOf(other)).to.deep.equal({ workerId: ['isLength', 'isString'] });
  });

  it('Validation on every write through TypeORM refuses an upsert that would change an existing row', async () => {
    const dataSource = await withTwoWorkers();
    const before = await rowsOf(dataSource);
    const bad = { workerId: 'here-1', status: 'ASLEEP' } as ObjectLiteral;
    const error = await failureOf(dataSource.manager.upsert(Worker, bad, ['workerId']));
    expect(rulesOf(error)).to.deep.equal({ status: ['isEnum'] });
    expect(await rowsOf(dataSource)).to.deep.equal(before);
  });

  it('Validation on every write through TypeORM refuses null for a column that the database fills in, on insert and on update', async () => {
    const dataSource = await withTwoWorkers();
    const bad = { workerId: 'worker-9', status: null } as ObjectLiteral;
    expect(rulesOf(await failureOf(dataSource.manager.insert(Worker, bad)))).to.have.all.keys('status');
    const update = dataSource.manager.update(Worker, { workerId: 'here-1' }, {
      createdAt: null,
    } as ObjectLiteral);
    expect(rulesOf(await failureOf(update))).to.deep.equal({ createdAt: ['isDate'] });
  });

  it('Validation on every write through TypeORM refuses an instant that is none', async () => {
    const { manager } = await database().connectAtHead();
    for (const createdAt of ['2026-01-02T03:04:05Z', new Date('never')]) {
      const error = await failureOf(manager.insert(Worker, { workerId: 'worker-9', createdAt }));
      expect(rulesOf(error)).to.deep.equal({ createdAt: ['isDate'] });
    }
  });

  it('Validation on every write through TypeORM checks on update only what is set', async () => {
    const dataSource = await withTwoWorkers();
    const bad = { status: 'ASLEEP', workerId: undefined } as ObjectLiteral;
    const error = await failureOf(dataSource.manager.update(Worker, { workerId: 'here-1' }, bad));
    expect(rulesOf(error)).to.deep.equal({ status: ['isEnum'] });
  });

  it('Validation on every write through TypeORM lets SQL expressions pass, whose value only the database knows', async () => {
    const dataSource = await withTwoWorkers();
    await dataSource.manager.insert(Worker, { workerId: () => "'made-' || 'here'" });
    await dataSource.manager.update(Worker, { workerId: 'made-here' }, { currentJobId: () => "'job-' || 5" });
    const found = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'made-here' });
    expect(found.currentJobId).to.equal('job-5');
  });

  it('Validation on every write through TypeORM takes a related entity in place of the column of the foreign key', async () => {
    const dataSource = await withTwoWorkers();
    const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId: 'here-2' });
    const job = await dataSource.manager.save(Job, {
      jobId: 'job-3',
      taskDescription: 'to be allocated',
      assignedWorker: worker,
    });
    await dataSource.manager.save(ResourceAllocation, { job, worker });
    await dataSource.manager.insert(ResourceAllocation, { job, worker });
    const rows = await dataSource.query<ObjectLiteral[]>(
      'SELECT a.job_id, a.worker_id, j.assigned_worker_id FROM resource_allocations a JOIN jobs j ON j.job_id = a.job_id',
    );
    const expected = { job_id: 'job-3', worker_id: 'here-2', assigned_worker_id: 'here-2' };
    expect(rows).to.deep.equal([expected, expected]);
  });

  it('Validation on every write through TypeORM demands the column of the foreign key where the related entity is not given', async () => {
    const { manager } = await database().connectAtHead();
    const error = await failureOf(manager.insert(ResourceAllocation, { jobId: 'job-3' }));
    expect(rulesOf(error)).to.deep.equal({ workerId: ['isLength', 'isString'] });
  });

  it('Validation on every write through TypeORM writes none of several entities of different classes when one is invalid', async () => {
    const dataSource = await database().connectAtHead();
    const job = Object.assign(new Job(), { jobId: 'job-4', taskDescription: 7 });
    const error = await failureOf(dataSource.manager.save([entityOf(OTHER), job]));
    expect(error.entity).to.equal('Job');
    expect(await rowsOf(dataSource)).to.deep.equal([]);
  });
});
