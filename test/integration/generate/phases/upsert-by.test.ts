import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertSuitsBoth } from './there-and-back.js';

function jobs(key: string): readonly EntitySchema[] {
  const foreign = { name: 'fk', target: 'job', columnNames: ['job'], referencedColumnNames: ['id'] };
  return [
    entity(
      'job',
      {
        id: { type: 'integer', primary: true, generated: 'increment' },
        [key]: { type: 'text', unique: true, default: () => 'gen_random_uuid()::text' },
        n: { type: 'integer', default: 7 },
        touched: { type: 'timestamptz', updateDate: true },
      },
      { tableName: 'job' },
    ),
    entity('log', { job: { type: 'integer', nullable: true } }, { tableName: 'log', foreignKeys: [foreign] }),
  ];
}

const PAIR: Pair = {
  before: jobs('code'),
  after: jobs('key'),
  words: { renames: ['job.code:key'], upserts: ['job.key'] },
};

onDatabase('postgres', 'Renamed column by which the new release upserts', (database) => {
  it('is in a view under both names until contract, which suits both releases, and leaves the plain rename behind', async function () {
    this.timeout(120_000);
    const plain = await PhasedWorld.plainCatalog(database(), {
      ...PAIR,
      words: { renames: ['job.code:key'] },
    });
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      expect(world.report.warnings).to.deep.equal([
        'job: until the contract has run, it is a view with both names of the column, of the table zz_odb_job. No release can use TRUNCATE (clear() of TypeORM), COPY, ON CONFLICT ON CONSTRAINT, GROUP BY of its key alone or, before PostgreSQL 17, MERGE on it. If one does, generate with --one-step',
      ]);
      await assertSuitsBoth(world, plain);
    });
  });

  it('is written by both names at once, by four clients', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ code: 'a' }, { code: 'b' }]));
      await world.bring('expand');
      await world.as('before', (old) =>
        world.as('after', async (next) => {
          const upserts = (release: typeof old, key: string, from: number) =>
            Array.from({ length: 50 }, async (_, at) => {
              const repository = release.getRepository<ObjectLiteral>('job');
              await repository.upsert({ [key]: `k${at % 10}`, n: from + at }, [key]);
              const row = await repository.save(repository.create({ n: at }));
              await repository.update({ id: row['id'] as number }, { n: at + 1 });
              await repository.upsert(
                { [key]: row[key] as string, n: 3 },
                { conflictPaths: [key], skipUpdateIfNoValuesChanged: true },
              );
              await repository.delete({ id: row['id'] as number });
            });
          await Promise.all([
            ...upserts(old, 'code', 0),
            ...upserts(next, 'key', 100),
            ...upserts(old, 'code', 200),
            ...upserts(next, 'key', 300),
          ]);
          const rows = await next.query<readonly ObjectLiteral[]>(
            'SELECT key, code, touched FROM job ORDER BY key',
          );
          expect(rows.map(({ key }) => key as string)).to.deep.equal([
            'a',
            'b',
            ...Array.from({ length: 10 }, (_, at) => `k${at}`),
          ]);
          expect(rows.every(({ key, code, touched }) => key === code && touched !== null)).to.equal(true);
        }),
      );
      await world.bring('contract');
      const kept = await world.as('after', (next) => next.getRepository('job').count());
      expect(kept).to.equal(12);
    });
  });

  it('is in no view that lacks a column of the live table', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      const query = (sql: string) => world.as('after', (next) => next.query<readonly unknown[]>(sql));
      const lacks =
        'job cannot be a view with both names of a column in this database. It has what no revision has made: the column extra, the column more. ' +
        'The view would lack it. Declare it in the entity and generate the change again, or generate it with --one-step';
      for (const stage of ['start', 'contract'] as const) {
        await world.bring(stage);
        await query('ALTER TABLE job ADD COLUMN extra text DEFAULT 3, ADD COLUMN more text');
        const error = await world.bring('expand').then(() => 'no failure', messageOf);
        expect(error).to.contain(lacks);
        expect(await query('UPDATE job SET extra = 4')).to.deep.equal([[], 0]);
        await query('ALTER TABLE job DROP COLUMN extra, DROP COLUMN more');
        await world.bring('expand');
      }
    });
  });
});
