import { expect } from 'chai';
import type { DialectName } from '../../../src/databases/registry.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { generateBoth, onRealDatabase } from './property/run.js';

const JOB = entity(
  'Job',
  {
    tenant: { type: 'integer', primary: true },
    id: { type: 'integer', primary: true, generated: 'increment' },
    note: { type: 'text', nullable: true },
  },
  { tableName: 'job' },
);
const TASK = entity(
  'Task',
  { tenant: { type: 'integer' }, job: { type: 'integer' } },
  {
    tableName: 'task',
    foreignKeys: [
      { name: 'fk', target: 'Job', columnNames: ['tenant', 'job'], referencedColumnNames: ['tenant', 'id'] },
    ],
  },
);

describe('A numbered column in a composite key', function () {
  this.timeout(120_000);
  for (const dialect of ['postgres', 'sqlite'] as const satisfies readonly DialectName[])
    it(`The database numbers a column of a composite key when TypeORM saves a row, ${dialect}`, async () => {
      const entities = [JOB, TASK];
      const { first, next } = await generateBoth({
        ...{ before: [JOB], after: entities, words: NO_CONFIRMATIONS, dialects: ['postgres', 'sqlite'] },
      });
      await onRealDatabase(dialect, { entities, migrations: [...first, ...next] }, async (dataSource) => {
        await migrateUp(dataSource);
        const jobs = dataSource.getRepository('Job');
        const saved = await jobs.save([{ tenant: 7 }, { tenant: 8 }, { tenant: 7, note: 'third' }]);
        expect(saved).to.deep.equal([
          { tenant: 7, id: 1, note: null },
          { tenant: 8, id: 2, note: null },
          { tenant: 7, id: 3, note: 'third' },
        ]);
        await jobs.save({ tenant: 8, id: 2, note: 'second' });
        expect(await jobs.find({ order: { id: 'ASC' } })).to.deep.equal([
          { tenant: 7, id: 1, note: null },
          { tenant: 8, id: 2, note: 'second' },
          { tenant: 7, id: 3, note: 'third' },
        ]);
        const tasks = dataSource.getRepository('Task');
        await tasks.save({ id: 1, tenant: 8, job: 2 });
        const stray = tasks.save({ id: 2, tenant: 7, job: 2 });
        expect(
          await stray.then(
            () => 'saved',
            () => 'refused',
          ),
        ).to.equal('refused');
        expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
      });
    });
});
