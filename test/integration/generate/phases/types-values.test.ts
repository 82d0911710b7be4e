import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair, type Stage } from './phased-world.js';

function job(columns: Columns): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job' })];
}

const JSON_PAIR: Pair = {
  before: job({ data: { type: 'json', nullable: true } }),
  after: job({ data: { type: 'jsonb', nullable: true } }),
};
const WIDER: Pair = {
  before: job({ n: { type: 'smallint' } }),
  after: job({ n: { type: 'integer' } }),
};

async function failure(world: PhasedWorld, stage: Stage): Promise<string> {
  return world.bring(stage).then(() => 'no failure', messageOf);
}

onDatabase('postgres', 'Value that the other type cannot hold', (database) => {
  it('is found before anything changes, with its key, and the swap follows when it is gone', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), JSON_PAIR, async (world) => {
      expect(world.report.warnings.join('\n')).to.contain('job.data: spaces, the order of keys');
      const statements = world.report.revisions.flatMap(({ postgres }) => postgres.up);
      expect(statements).to.include(
        'ALTER TABLE "job" ADD CONSTRAINT "nn_data_new" CHECK (CASE WHEN "data_new" IS NULL THEN "data" IS NULL ELSE NOT pg_catalog.record_image_ne(ROW("data_new"), ROW(("data")::jsonb)) END) NOT VALID',
      );
      await world.bring('start');
      const insert = (id: number, text: string) =>
        world.as('before', (old) => old.query('INSERT INTO job (id, data) VALUES ($1, $2)', [id, text]));
      await insert(1, '{"b": 1, "a": 2}');
      for (let id = 2; id <= 24; id += 1) await insert(id, '{"a": "\\u0000"}');
      expect(await failure(world, 'expand')).to.contain(
        'Values of data in 23 rows cannot be of type jsonb without loss, so nothing was changed. Rows by id: 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12; 13; 14; 15; 16; 17; 18; 19; 20; 21; ...',
      );
      await world.as('before', (old) => old.query('DELETE FROM job WHERE id > 1'));
      await world.bring('expand');
      for (const release of ['before', 'after'] as const)
        await world.as(release, async (one) => {
          const [row] = await one.getRepository('job').find();
          expect(row?.['data']).to.deep.equal({ a: 2, b: 1 });
        });
      await world.bring('contract');
      await world.as('after', (next) =>
        next.getRepository('job').insert([{ id: 2, data: { d: 1.5, c: [null] } }, { id: 3 }]),
      );
      await world.bring('start');
      const rows = await world.as('before', (old) =>
        old.query<readonly unknown[]>('SELECT data::text FROM job ORDER BY id'),
      );
      expect(rows).to.deep.equal([
        { data: '{"a": 2, "b": 1}' },
        { data: '{"c": [null], "d": 1.5}' },
        { data: null },
      ]);
    });
  });

  it('keeps `down` from changing anything, before contract and behind it', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      const problem =
        'Values of n in 1 rows cannot be of type smallint without loss, so nothing was changed. Rows by id: 2';
      await world.bring('expand');
      await world.as('before', (old) => old.getRepository('job').insert({ id: 1, n: 7 }));
      await world.as('after', (next) => next.getRepository('job').insert({ id: 2, n: 40_000 }));
      expect(await failure(world, 'start')).to.contain(problem);
      await world.bring('contract');
      expect(await failure(world, 'expand')).to.contain(problem);
      await world.as('after', (next) => next.getRepository('job').update({ id: 2 }, { n: 40 }));
      await world.bring('start');
      const rows = await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }));
      expect(rows.map(({ n }) => n as number)).to.deep.equal([7, 40]);
    });
  });
});
