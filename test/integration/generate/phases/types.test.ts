import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(columns: Columns, rest: Rest = {}): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job', ...rest })];
}

const INDEX: Rest = { indices: [{ name: 'ix', columns: ['n'] }] };
const WIDER: Pair = {
  before: job({ n: { type: 'smallint', default: 3 } }, INDEX),
  after: job({ n: { type: 'integer', default: 3 } }, INDEX),
};

onDatabase('postgres', 'Column that gets another type by way of a second one', (database) => {
  it('serves both releases before and after the swap, and leads to the plain schema', async function () {
    this.timeout(240_000);
    const plain = await PhasedWorld.plainCatalog(database(), { ...WIDER, words: { allowRewrite: true } });
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      await world.bring('start');
      const start = await world.catalog();
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, n: 7 }, { id: 2 }]));
      await world.bring('expand');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 3, n: 9 }]));
      await world.as('after', (next) => next.getRepository('job').insert([{ id: 4, n: 90 }]));
      await world.bring('contract');
      expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
      const rows = await world.as('after', (next) =>
        next.getRepository('job').find({ order: { id: 'ASC' } }),
      );
      expect(rows.map(({ n }: ObjectLiteral) => n as number)).to.deep.equal([7, 3, 9, 90]);
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
    });
  });
});
