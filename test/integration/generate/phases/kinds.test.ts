import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertThereAndBack } from './there-and-back.js';

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

const NAME: Columns = { name: { type: 'text' } };
const LOG = entity(
  'log',
  { job: { type: 'integer', nullable: true } },
  {
    tableName: 'log',
    foreignKeys: [{ name: 'fk', target: 'job', columnNames: ['job'], referencedColumnNames: ['id'] }],
  },
);

const REQUIRED: Pair = {
  before: [job(NAME)],
  after: [job({ ...NAME, rank: { type: 'integer' } })],
  words: { backfills: ['job.rank=length(name)'] },
};
const DROPPED: Pair = {
  before: [job({ ...NAME, old: { type: 'text' } })],
  after: [job(NAME)],
  words: { drops: ['job.old'], backfills: ["job.old='gone'"] },
};
const NOT_NULL: Pair = {
  before: [job({ name: { type: 'text', nullable: true } })],
  after: [job(NAME)],
  words: { backfills: ["job.name='none'"] },
};

/** A change, and whether it has an expand revision. */
const KINDS: Readonly<Record<string, readonly [pair: Pair, expands: boolean]>> = {
  'a new required column': [REQUIRED, true],
  'a column that becomes NOT NULL': [NOT_NULL, true],
  'a dropped required column': [DROPPED, true],
  'a dropped nullable column': [
    {
      before: [
        job(
          { ...NAME, old: { type: 'text', nullable: true } },
          { indices: [{ name: 'ix', columns: ['old'] }] },
        ),
      ],
      after: [job(NAME)],
      words: { drops: ['job.old'] },
    },
    false,
  ],
  'a dropped table with a foreign key': [
    { before: [job(NAME), LOG], after: [job(NAME)], words: { drops: ['log'] } },
    true,
  ],
  'a new unique constraint': [
    { before: [job(NAME)], after: [job(NAME, { uniques: [{ name: 'uq', columns: ['name'] }] })] },
    false,
  ],
  'a new unique index': [
    {
      before: [job(NAME)],
      after: [job(NAME, { indices: [{ name: 'ux', columns: ['name'], unique: true }] })],
    },
    false,
  ],
  'a new check': [
    { before: [job(NAME)], after: [job(NAME, { checks: [{ name: 'ck', expression: `"name" <> ''` }] })] },
    false,
  ],
  'another check': [
    {
      before: [job(NAME, { checks: [{ name: 'ck', expression: `"name" <> ''` }] })],
      after: [job(NAME, { checks: [{ name: 'ck', expression: `"name" <> 'x'` }] })],
    },
    true,
  ],
  'a default that goes': [
    { before: [job({ name: { type: 'text', default: 'x' } })], after: [job(NAME)] },
    false,
  ],
  'a drop beside an addition': [
    {
      before: [job({ ...NAME, old: { type: 'text', nullable: true } })],
      after: [job({ ...NAME, fresh: { type: 'text', nullable: true } })],
      words: { drops: ['job.old'] },
    },
    true,
  ],
};

onDatabase('postgres', 'Change in expand and contract', (database) => {
  for (const [what, [pair, expands]] of Object.entries(KINDS))
    it(`leads to the schema of the plain change and back for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('contract')).to.not.deep.equal([]);
        expect(world.ids('expand').length > 0).to.equal(expands);
        expect(world.report.warnings).to.deep.equal([]);
        await assertThereAndBack(world, plain);
      });
    });

  it('fills rows of the older release for a new required column', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), REQUIRED, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert({ id: 1, name: 'a' }));
      await world.bring('expand');
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 2, name: 'bb' });
        await old.getRepository('job').upsert({ id: 3, name: 'ccc' }, ['id']);
      });
      await world.as('after', (next) => next.getRepository('job').insert({ id: 4, name: 'd', rank: 9 }));
      await world.bring('contract');
      const rows = await world.as('after', (next) =>
        next.getRepository('job').find({ order: { id: 'ASC' } }),
      );
      expect(rows.map(({ rank }) => rank as number)).to.deep.equal([1, 2, 3, 9]);
    });
  });

  it('fills NULL of the older release for a column that becomes required', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), NOT_NULL, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, name: null }]));
      await world.bring('expand');
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 2, name: null });
        await old.getRepository('job').insert({ id: 3, name: 'x' });
        await old.getRepository('job').update({ id: 3 }, { name: null });
      });
      await world.bring('contract');
      const rows = await world.as('after', (next) =>
        next.getRepository('job').find({ order: { id: 'ASC' } }),
      );
      expect(rows.map(({ name }) => name as string)).to.deep.equal(['none', 'none', 'none']);
    });
  });

  it('lets both releases write before a required column is dropped', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), DROPPED, async (world) => {
      await world.bring('expand');
      await world.as('before', (old) => old.getRepository('job').insert({ id: 1, name: 'a', old: 'kept' }));
      await world.as('after', (next) => next.getRepository('job').insert({ id: 2, name: 'b' }));
      await world.bring('contract');
      await world.bring('expand');
      await world.bring('start');
      const rows = await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }));
      expect(rows.map(({ old }) => old as string)).to.deep.equal(['gone', 'gone']);
    });
  });
});
