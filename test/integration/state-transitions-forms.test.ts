import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { Worker, WorkerStatus } from '../../src/entities/index.js';
import { eachDatabase } from '../support/databases.js';
import {
  connectWithSubscribers,
  loaded,
  transitionsOf,
  withTwoWorkers,
  workerOf,
} from '../support/transitions.js';

/** One way to insert the worker w1, and what is written of it. */
const INSERTS: readonly {
  readonly title: string;
  readonly write: (dataSource: DataSource) => Promise<unknown>;
  readonly written: readonly string[];
}[] = [
  {
    title: 'save of an entity whose status the database gives',
    write: ({ manager }) => manager.save(workerOf({ workerId: 'w1' })),
    written: ['w1: null -> IDLE'],
  },
  {
    title: 'save of a plain object with status and reason',
    write: ({ manager }) =>
      manager.save(Worker, { workerId: 'w1', status: WorkerStatus.PAUSED, statusReason: 'not yet' }),
    written: ['w1: null -> PAUSED (not yet)'],
  },
  {
    title: 'save that reads nothing back',
    write: ({ manager }) => manager.save(workerOf({ workerId: 'w1' }), { reload: false }),
    written: ['w1: null -> IDLE'],
  },
  {
    title: 'insert in a transaction',
    write: ({ manager }) =>
      manager.transaction((inside) => inside.insert(Worker, { workerId: 'w1', statusReason: 'by insert' })),
    written: ['w1: null -> IDLE (by insert)'],
  },
  {
    title: 'query-builder insert in a transaction of its own',
    write: (dataSource) =>
      dataSource
        .createQueryBuilder()
        .insert()
        .into(Worker)
        .values([{ workerId: 'w1', status: () => "'BUSY'" }, { workerId: 'w2' }])
        .useTransaction(true)
        .execute(),
    written: ['w1: null -> BUSY', 'w2: null -> IDLE'],
  },
  {
    title: 'upsert in a transaction',
    write: ({ manager }) =>
      manager.transaction((inside) =>
        inside.upsert(Worker, { workerId: 'w1', status: WorkerStatus.FAILED }, ['workerId']),
      ),
    written: ['w1: null -> FAILED'],
  },
];

/** One way to change the saved workers w1 and w2, which are idle, and what is written of it. */
const CHANGES: typeof INSERTS = [
  {
    title: 'save of a loaded entity',
    write: async ({ manager }) =>
      manager.save(Object.assign(await loaded(manager, 'w1'), { status: WorkerStatus.BUSY })),
    written: ['w1: IDLE -> BUSY'],
  },
  {
    title: 'partial save with a reason',
    write: async ({ manager }) => {
      const { id } = await loaded(manager, 'w1');
      await manager.save(Worker, { id, status: WorkerStatus.FAILED, statusReason: 'no answer for 30 s' });
    },
    written: ['w1: IDLE -> FAILED (no answer for 30 s)'],
  },
  {
    title: 'save of several at once, some changed and one new',
    write: async ({ manager }) => {
      const first = Object.assign(await loaded(manager, 'w1'), {
        status: WorkerStatus.BUSY,
        statusReason: 'j1',
      });
      const second = Object.assign(await loaded(manager, 'w2'), { workspaceId: 'elsewhere' });
      await manager.save([first, second, workerOf({ workerId: 'w3', status: WorkerStatus.PAUSED })]);
    },
    written: ['w3: null -> PAUSED', 'w1: IDLE -> BUSY (j1)'],
  },
  {
    title: 'save with the status that it has',
    write: async ({ manager }) =>
      manager.save(
        Object.assign(await loaded(manager, 'w1'), { status: WorkerStatus.IDLE, currentJobId: 'j' }),
      ),
    written: [],
  },
  {
    title: 'update of something else',
    write: ({ manager }) => manager.update(Worker, { workerId: 'w1' }, { currentJobId: 'j1' }),
    written: [],
  },
  {
    title: 'upsert that changes one status and finds the other as it is',
    write: ({ manager }) =>
      manager.transaction((inside) =>
        inside.upsert(
          Worker,
          [
            { workerId: 'w1', status: WorkerStatus.TERMINATED, statusReason: 'upserted' },
            { workerId: 'w2', status: WorkerStatus.IDLE },
          ],
          ['workerId'],
        ),
      ),
    written: ['w1: IDLE -> TERMINATED (upserted)'],
  },
  {
    title: 'insert that leaves what is there alone',
    write: ({ manager }) =>
      manager.transaction((inside) =>
        inside
          .createQueryBuilder()
          .insert()
          .into(Worker)
          .values({ workerId: 'w1', status: WorkerStatus.BUSY })
          .orIgnore()
          .updateEntity(false)
          .execute(),
      ),
    written: [],
  },
];

eachDatabase('The state transition of a worker', (database) => {
  for (const { title, write, written } of INSERTS) {
    it(`The state transition of a worker is written from null: ${title}`, async () => {
      const dataSource = await connectWithSubscribers(database());
      await write(dataSource);
      expect(await transitionsOf(dataSource, 'worker')).to.deep.equal(written);
    });
  }

  for (const { title, write, written } of CHANGES) {
    it(`The state transition of a worker is ${written.length === 0 ? 'not written' : 'written from the status before'}: ${title}`, async () => {
      const dataSource = await withTwoWorkers(database());
      await write(dataSource);
      expect(await transitionsOf(dataSource, 'worker')).to.deep.equal(written);
    });
  }
});
