import { expect } from 'chai';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { Worker, WorkerStatus } from '../../src/entities/index.js';
import { eachDatabase } from '../support/databases.js';
import { connectWithSubscribers, failureOf, loaded, transitionsOf } from '../support/transitions.js';

const BY_UPDATE =
  'Worker.status is set by an UPDATE, and TypeORM does not report which rows it changes. So their state ' +
  'transitions cannot be recorded. Load the entities, with a lock if others may change them, then save() them. Nothing was written.';
const OUTSIDE =
  'A Worker is written outside a transaction, so its state transition would be in another one. ' +
  'Use save(), or write within manager.transaction(). Nothing was written.';
const EXPRESSION =
  'Worker.workerId is an SQL expression, so its state transition cannot be recorded. Specify the value. Nothing was written.';

const REFUSED: readonly {
  readonly title: string;
  readonly write: (dataSource: DataSource) => Promise<unknown>;
  readonly message: string;
}[] = [
  {
    title: 'update',
    write: ({ manager }) => manager.update(Worker, { workerId: 'w1' }, { status: WorkerStatus.BUSY }),
    message: BY_UPDATE,
  },
  {
    title: 'query-builder update',
    write: (dataSource) =>
      dataSource
        .createQueryBuilder()
        .update(Worker)
        .set({ status: () => "'BUSY'" })
        .where({ workerId: 'w1' })
        .execute(),
    message: BY_UPDATE,
  },
  {
    title: 'insert outside a transaction',
    write: ({ manager }) => manager.insert(Worker, { workerId: 'w3' }),
    message: OUTSIDE,
  },
  {
    title: 'upsert outside a transaction',
    write: ({ manager }) =>
      manager.upsert(Worker, { workerId: 'w1', status: WorkerStatus.BUSY }, ['workerId']),
    message: OUTSIDE,
  },
  {
    title: 'save that wants no transaction',
    write: async ({ manager }) =>
      manager.save(Object.assign(await loaded(manager, 'w1'), { status: WorkerStatus.BUSY }), {
        transaction: false,
      }),
    message: OUTSIDE,
  },
  {
    title: 'insert of a worker whose name only the database knows',
    write: ({ manager }) =>
      manager.transaction((inside) => inside.insert(Worker, { workerId: () => "'w' || 3" })),
    message: EXPRESSION,
  },
];

eachDatabase('A status change whose transition cannot be known', (database) => {
  for (const { title, write, message } of REFUSED) {
    it(`A status change whose transition cannot be known is refused: ${title}`, async () => {
      const dataSource = await connectWithSubscribers(database());
      await dataSource.query("INSERT INTO workers (worker_id) VALUES ('w1')");
      const error = await failureOf(write(dataSource));
      expect(error.message).to.equal(message);
      expect(error).to.include({ code: 'STATE_TRANSITION_LOST', entity: 'Worker' });
      const rows = await dataSource.query<ObjectLiteral[]>('SELECT worker_id, status FROM workers');
      expect(rows).to.deep.equal([{ worker_id: 'w1', status: 'IDLE' }]);
      expect(await transitionsOf(dataSource, 'worker')).to.deep.equal([]);
    });
  }
});
