import { expect } from 'chai';
import { checkDrift } from '../../src/drift/check-drift.js';
import { JobStateTransition, Worker, WorkerStateTransition, WorkerStatus } from '../../src/entities/index.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { migrations } from '../../src/migrations/index.js';
import { keepPartitionsAt } from '../../src/partitions/keep-partitions.js';
import { readPartitions } from '../../src/partitions/read-partitions.js';
import { subscribers } from '../../src/subscribers/index.js';
import type { GuardedDataSource } from '../../src/data-source.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { month } from '../support/kept-world.js';
import {
  PLAIN,
  TRANSITION_ENTITIES,
  TRANSITIONS,
  transitionRows,
  withPlainTransitions,
} from '../support/own-transitions.js';

/** A time in the month that is so many months after the present one. */
const middle = (after: number) => new Date(`${month(after)}-15T12:00:00.000Z`);
/** The partition of that month. */
const partIn = (table: string, after: number) => `${table}_p${month(after).replace('-', '_')}`;

async function setStatus(dataSource: GuardedDataSource, workerId: string, status: WorkerStatus) {
  const worker = await dataSource.manager.findOneByOrFail(Worker, { workerId });
  await dataSource.manager.save(Object.assign(worker, { status, statusReason: `to ${status}` }));
}

eachDatabase('The state transitions of the orchestrator, which become partitioned by month', (database) => {
  it('All rows stay as they are on the way up and down, new ones are numbered on, and the schema is in sync', async () => {
    const dataSource = await withPlainTransitions(database());
    const before = await transitionRows(database());
    expect(before[TRANSITIONS[1]]).to.have.length(7);

    const { done } = await migrateUp(dataSource);
    expect(done.map(({ id }) => id)).to.deep.equal(migrations.slice(3).map(({ name }) => name));
    expect(await transitionRows(database())).to.deep.equal(before);
    expect(await checkDrift(dataSource)).to.deep.include({ changes: [], unmanaged: [] });

    await setStatus(dataSource, 'w1', WorkerStatus.BUSY);
    const { manager } = dataSource;
    const later = await manager.save(JobStateTransition, {
      ...{ jobId: 'j1', fromState: 'PENDING', toState: 'RUNNING', timestamp: middle(2) },
    });
    expect(later.id).to.equal(71);
    const during = await transitionRows(database());
    expect(during[TRANSITIONS[0]]?.at(-1)).to.include({ worker_id: 'w1', reason: 'to BUSY' });
    expect(during[TRANSITIONS[0]]?.slice(0, -1)).to.deep.equal(before[TRANSITIONS[0]]);

    await migrateDown(dataSource, { target: PLAIN });
    expect(await transitionRows(database())).to.deep.equal(during);
    await setStatus(dataSource, 'w1', WorkerStatus.IDLE);
    const after = await transitionRows(database());
    expect(after[TRANSITIONS[0]]?.map(({ id }) => Number(id))).to.deep.equal([
      ...[10, 20, 30, 40, 50, 60, 70, 71, 72],
    ]);
    await migrateUp(dataSource);
    expect(await transitionRows(database())).to.deep.equal(after);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
  });

  for (const entity of TRANSITION_ENTITIES)
    it(`A ${entity.name} is saved, found by its id, changed and removed; the database sets id and time`, async () => {
      const dataSource = await withPlainTransitions(database());
      await migrateUp(dataSource);
      const { manager } = dataSource;
      const owner = entity === WorkerStateTransition ? { workerId: 'w2' } : { jobId: 'j2' };
      const began = Date.now() - 5_000;
      const [saved] = await manager.save(entity, [
        { ...owner, toState: 'A' },
        { ...owner, toState: 'B' },
      ]);
      const found = await manager.findOneByOrFail(entity, { id: saved?.id ?? 0 });
      expect(found).to.deep.include({ ...owner, id: 71, toState: 'A', fromState: null, reason: null });
      expect(found.timestamp).to.deep.equal(saved?.timestamp);
      expect(found.timestamp.getTime()).to.be.within(began, Date.now() + 5_000);

      await manager.save(Object.assign(found, { reason: 'later' }));
      await manager.update(entity, { id: 72 }, { reason: 'by update' });
      const reasons = await manager.find(entity, { where: owner, order: { id: 'DESC' }, take: 2 });
      expect(reasons.map(({ id, reason }) => [id, reason])).to.deep.equal([
        [72, 'by update'],
        [71, 'later'],
      ]);
      await manager.remove(found);
      await manager.delete(entity, { id: 72 });
      expect(await manager.countBy(entity, owner)).to.equal(3);
      const relation = entity === WorkerStateTransition ? { worker: true } : { job: true };
      const [one] = await manager.find(entity, { relations: relation, where: owner, take: 1 });
      expect(Object.values(one ?? {}).at(-1)).to.include(owner);
    });

  it('The transitions of a worker or a job are deleted with it, in every month', async () => {
    const dataSource = await withPlainTransitions(database());
    await migrateUp(dataSource);
    await dataSource.manager.save(JobStateTransition, {
      ...{ jobId: 'j1', toState: 'RUNNING', timestamp: middle(2) },
    });
    await execute(database(), [
      ...(database().dialect === 'sqlite' ? ['PRAGMA foreign_keys = ON'] : []),
      `DELETE FROM jobs WHERE job_id = 'j1'`,
    ]);
    expect(await rowsOf(database(), 'SELECT DISTINCT job_id FROM job_state_transitions')).to.deep.equal([
      { job_id: 'j2' },
    ]);
  });
});

onDatabase('postgres', 'The partitions of the state transitions of the orchestrator', (database) => {
  const parts = (table: string) =>
    rowsOf(
      database(),
      `SELECT tableoid::regclass::text AS part, count(*)::integer AS rows FROM ${table} GROUP BY 1 ORDER BY 1`,
    );

  it('The rows of before are the first partition, a later month has its own, and three months are ahead', async () => {
    const dataSource = await withPlainTransitions(database());
    await migrateUp(dataSource);
    for (const table of TRANSITIONS)
      expect(await parts(table)).to.deep.equal([{ part: `${table}_before`, rows: 7 }]);
    await dataSource.manager.save(WorkerStateTransition, {
      ...{ workerId: 'w1', toState: 'IDLE', timestamp: middle(3) },
    });
    expect(await parts(TRANSITIONS[0])).to.deep.equal([
      { part: `${TRANSITIONS[0]}_before`, rows: 7 },
      { part: partIn(TRANSITIONS[0], 3), rows: 1 },
    ]);
    const tables = await readPartitions(dataSource);
    expect(tables.map(({ table, strategy, key }) => ({ table, strategy, key }))).to.deep.equal(
      [...TRANSITIONS].sort().map((table) => ({ table, strategy: 'range', key: ['timestamp'] })),
    );
    for (const { time } of tables)
      expect(time).to.deep.include({ every: '1 month', keep: '90 days', missing: [], old: [] });
  });

  it('Months that are older than 90 days go as a whole, and the way down goes on without them', async () => {
    const dataSource = await withPlainTransitions(database());
    await migrateUp(dataSource);
    const { id } = await dataSource.manager.save(JobStateTransition, {
      ...{ jobId: 'j2', toState: 'DONE', timestamp: middle(2) },
    });
    const report = await keepPartitionsAt(dataSource, {}, `now() + interval '150 days'`);
    expect(report.tables.map(({ refused }) => refused)).to.deep.equal([[], []]);
    expect(report.tables.map(({ dropped }) => dropped[0]).sort()).to.deep.equal(
      [...TRANSITIONS].sort().map((table) => `${table}_before`),
    );
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    await migrateDown(dataSource, { target: PLAIN });
    const kept = await transitionRows(database());
    expect(kept[TRANSITIONS[1]]?.map((row) => Number(row['id']))).to.deep.equal([id]);
    await migrateUp(dataSource);
  });

  it('Applications change states all the time while the tables are divided and united; no transition is lost', async () => {
    const dataSource = await withPlainTransitions(database());
    const writers = await Promise.all(['w1', 'w2'].map((workerId) => writing(workerId)));
    const failed = await migrateUp(dataSource)
      .then(() => migrateDown(dataSource, { target: PLAIN }))
      .then(() => migrateUp(dataSource))
      .then(() => undefined)
      .catch((error: unknown) => error);
    const ends = await Promise.all(writers.map((writer) => writer.end()));
    expect(failed).to.equal(undefined);
    expect(Math.min(...ends.map(({ saves }) => saves))).to.be.above(20);
    expect(Math.max(...ends.map(({ longest }) => longest))).to.be.below(3_500);
    const saves = ends.reduce((sum, one) => sum + one.saves, 0);
    const rows = (await transitionRows(database()))[TRANSITIONS[0]] ?? [];
    expect(rows).to.have.length(7 + saves);
    for (const workerId of ['w1', 'w2']) {
      const states = rows.filter((row) => row['worker_id'] === workerId && Number(row['id']) > 70);
      const [first, ...rest] = states.map((row) => [row['from_state'], row['to_state']]);
      expect(first).to.deep.equal(['IDLE', 'BUSY']);
      for (const [index, [from]] of rest.entries()) expect(from).to.equal(states[index]?.['to_state']);
    }
  }).timeout(120_000);

  /** Changes the status of a worker through the entities, until it is ended. */
  async function writing(workerId: string) {
    const dataSource = await database().connect({ subscribers });
    let [isOver, longest, saves] = [false, 0, 0];
    const run = async () => {
      while (!isOver) {
        const began = performance.now();
        await setStatus(dataSource, workerId, saves % 2 === 0 ? WorkerStatus.BUSY : WorkerStatus.IDLE);
        longest = Math.max(longest, performance.now() - began);
        saves += 1;
      }
    };
    const done = run();
    done.catch(() => undefined);
    return {
      end: async () => {
        isOver = true;
        await done;
        return { longest, saves };
      },
    };
  }
});
