import { expect } from 'chai';
import { Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import {
  entities,
  Job,
  JobStatus,
  Worker,
  WorkerStateTransition,
  WorkerStatus,
} from '../../src/entities/index.js';
import { seedDevelopment } from '../../src/seeds/development.js';
import { LineLogger } from '../../src/logger.js';
import { subscribers } from '../../src/subscribers/index.js';
import { eachDatabase } from '../support/databases.js';
import {
  connectWithSubscribers,
  failureOf,
  loaded,
  transitionsOf,
  withTwoWorkers,
  workerOf,
} from '../support/transitions.js';

/** What saves its worker with it. */
@Entity({ name: 'benches', synchronize: false })
class Bench {
  @PrimaryColumn({ name: 'id', type: 'integer' })
  id!: number;

  @ManyToOne(() => Worker, { cascade: true })
  @JoinColumn({ name: 'worker_id', referencedColumnName: 'workerId' })
  worker!: Relation<Worker>;
}

eachDatabase('The state transition of a worker', (database) => {
  it('The state transition of a worker takes the reason away with it, from whatever was saved', async () => {
    const { manager } = await connectWithSubscribers(database());
    const worker = workerOf({ workerId: 'w1', statusReason: 'new here' });
    const plain = { workerId: 'w2', statusReason: 'new here, too' };
    await manager.save(worker);
    await manager.save(Worker, plain);
    expect([worker, plain].filter((row) => 'statusReason' in row)).to.deep.equal([]);
    await manager.save(Object.assign(worker, { status: WorkerStatus.BUSY }));
    expect(await transitionsOf(manager.connection, 'worker')).to.deep.equal([
      'w1: null -> IDLE (new here)',
      'w2: null -> IDLE (new here, too)',
      'w1: IDLE -> BUSY',
    ]);
  });

  it('The state transition of a worker keeps the reason for the coming change, where nothing has changed yet', async () => {
    const { manager } = await withTwoWorkers(database());
    const worker = Object.assign(await loaded(manager, 'w1'), { statusReason: 'out of budget' });
    await manager.save(worker);
    await manager.save(Object.assign(worker, { status: WorkerStatus.PAUSED }));
    expect(await transitionsOf(manager.connection, 'worker')).to.deep.equal([
      'w1: IDLE -> PAUSED (out of budget)',
    ]);
  });

  it('The state transition of a worker has the id, the instant and the worker that it declares', async () => {
    const { manager } = await connectWithSubscribers(database());
    const { workerId } = await manager.save(workerOf({ workerId: 'w1' }));
    const [transition] = await manager.find(WorkerStateTransition, { relations: { worker: true } });
    expect(transition).to.deep.include({ id: 1, workerId, fromState: null, toState: 'IDLE', reason: null });
    expect(transition?.worker.workerId).to.equal('w1');
    expect(Math.abs(Date.now() - (transition?.timestamp.getTime() ?? 0))).to.be.below(60_000);
  });

  it('The state transition of a worker is written of each of more rows than one statement takes', async () => {
    const { manager } = await connectWithSubscribers(database());
    const workers = Array.from({ length: 1_201 }, (_, index) => workerOf({ workerId: `w${index}` }));
    await manager.save(workers);
    expect(await manager.count(WorkerStateTransition)).to.equal(1_201);
  });

  it('The state transition of a worker costs two statements, however many rows, four where it is not written what became of them, else none', async () => {
    const statements: string[] = [];
    const logger = new LineLogger('sql', (line) => statements.push(line));
    const { manager } = await database().connectAtHead({ subscribers, logger });
    const costOf = async (act: () => Promise<unknown>) => {
      statements.length = 0;
      await act();
      return statements.filter((line) => /"workers" "owner"|"worker_state_transitions"/.test(line)).length;
    };
    const workers = Array.from({ length: 40 }, (_, index) => workerOf({ workerId: `w${index}` }));
    const save = (values: Partial<Worker>) =>
      manager.save(workers.map((worker) => Object.assign(worker, values)));
    const upsert = () =>
      manager.transaction((inside) =>
        inside.upsert(
          Worker,
          workers.map(({ workerId }) => ({ workerId, status: WorkerStatus.FAILED })),
          ['workerId'],
        ),
      );
    expect(await costOf(() => save({ status: WorkerStatus.IDLE }))).to.equal(2);
    expect(await costOf(() => save({ workspaceId: 'elsewhere' }))).to.equal(0);
    expect(await costOf(() => save({ status: WorkerStatus.BUSY }))).to.equal(2);
    expect(await costOf(upsert)).to.equal(4);
    expect(await manager.count(WorkerStateTransition)).to.equal(120);
  });

  it('The state transition of a worker is gone when the transaction around the save is rolled back, and when the save itself is', async () => {
    const dataSource = await withTwoWorkers(database());
    const outer = dataSource.transaction(async (manager) => {
      await manager.save(Object.assign(await loaded(manager, 'w1'), { status: WorkerStatus.BUSY }));
      expect(await manager.count(WorkerStateTransition)).to.equal(1);
      throw new Error('changed its mind');
    });
    expect((await failureOf(outer)).message).to.equal('changed its mind');
    const twice = [workerOf({ workerId: 'w3' }), workerOf({ workerId: 'w1' })];
    expect((await failureOf(dataSource.manager.save(twice))).message).to.match(/unique/i);
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([]);
    expect((await loaded(dataSource.manager, 'w1')).status).to.equal('IDLE');
  });

  it('The state transition of a worker takes the status change with it when it cannot be written', async () => {
    const dataSource = await withTwoWorkers(database());
    await dataSource.query('ALTER TABLE worker_state_transitions RENAME TO put_away');
    const worker = Object.assign(await loaded(dataSource.manager, 'w1'), { status: WorkerStatus.BUSY });
    expect((await failureOf(dataSource.manager.save(worker))).message).to.match(/worker_state_transitions/);
    expect((await loaded(dataSource.manager, 'w1')).status).to.equal('IDLE');
  });

  it('The state transition of a worker is not written, and nothing else is, when one of several entities is invalid', async () => {
    const dataSource = await withTwoWorkers(database());
    const good = Object.assign(await loaded(dataSource.manager, 'w1'), { status: WorkerStatus.BUSY });
    const bad = workerOf({ workerId: '' });
    for (const entities of [
      [good, bad],
      [bad, good],
    ])
      expect(await failureOf(dataSource.manager.save(entities))).to.include({ code: 'ENTITY_INVALID' });
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([]);
    expect((await loaded(dataSource.manager, 'w1')).status).to.equal('IDLE');
  });

  it('The state transition of a worker is deleted with the worker', async () => {
    const { manager } = await connectWithSubscribers(database());
    const workers = await manager.save([workerOf({ workerId: 'w1' }), workerOf({ workerId: 'w2' })]);
    await manager.remove(workers[0]!);
    expect(await transitionsOf(manager.connection, 'worker')).to.deep.equal(['w2: null -> IDLE']);
  });

  it('The state transition of a worker is written of a worker and a job of one save', async () => {
    const { manager } = await connectWithSubscribers(database());
    const worker = workerOf({ workerId: 'w1', status: WorkerStatus.BUSY });
    const job = Object.assign(new Job(), { jobId: 'j1', taskDescription: 'paint', assignedWorker: worker });
    await manager.save([job, worker]);
    await manager.save([
      Object.assign(job, { status: JobStatus.COMPLETED, statusReason: 'painted' }),
      Object.assign(worker, { status: WorkerStatus.IDLE }),
    ]);
    expect(await transitionsOf(manager.connection, 'worker')).to.deep.equal([
      'w1: null -> BUSY',
      'w1: BUSY -> IDLE',
    ]);
    expect(await transitionsOf(manager.connection, 'job')).to.deep.equal([
      'j1: null -> PENDING',
      'j1: PENDING -> COMPLETED (painted)',
    ]);
  });

  it('The state transition of a worker is written of a job and its part in one save', async () => {
    const { manager } = await connectWithSubscribers(database());
    const parent = Object.assign(new Job(), { jobId: 'parent', taskDescription: 'paint the house' });
    const child = Object.assign(new Job(), { jobId: 'child', taskDescription: 'a wall', parentJob: parent });
    await manager.save([parent, child]);
    expect(await transitionsOf(manager.connection, 'job')).to.deep.equal([
      'parent: null -> PENDING',
      'child: null -> PENDING',
    ]);
    const { parentJobId } = await manager.findOneByOrFail(Job, { jobId: 'child' });
    expect(parentJobId).to.equal('parent');
  });

  it('The state transition of a worker is written of what a relation saves with it', async () => {
    const dataSource = await database().connectAtHead({ subscribers, entities: [...entities, Bench] });
    await dataSource.query(
      'CREATE TABLE benches (id integer PRIMARY KEY, worker_id varchar(100) REFERENCES workers (worker_id))',
    );
    const bench = Object.assign(new Bench(), { id: 7, worker: workerOf({ workerId: 'w1' }) });
    await dataSource.manager.save(bench);
    bench.worker.status = WorkerStatus.PAUSED;
    bench.worker.statusReason = 'sits';
    await dataSource.manager.save(bench);
    expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([
      'w1: null -> IDLE',
      'w1: IDLE -> PAUSED (sits)',
    ]);
  });

  it('The state transition of a worker is written of the rows that an application begins with', async () => {
    const { manager } = await connectWithSubscribers(database());
    await seedDevelopment(manager);
    await seedDevelopment(manager);
    expect(await transitionsOf(manager.connection, 'worker')).to.deep.equal(['test-worker-1: null -> IDLE']);
    expect(await transitionsOf(manager.connection, 'job')).to.deep.equal(['test-job-1: null -> PENDING']);
  });
});
