import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(columns: Columns, rest: Rest = {}): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job', ...rest })];
}

function log(key: string): EntitySchema {
  const foreign = { name: 'fk', target: 'job', columnNames: ['job'], referencedColumnNames: [key] };
  return entity('log', { job: { type: 'integer' } }, { tableName: 'log', foreignKeys: [foreign] });
}

const OTHER: Columns = {
  n: { type: 'integer', default: 0 },
  touched: { type: 'timestamptz', updateDate: true },
};

function renamed(column: NonNullable<Columns[string]>, more: Partial<Pair> = {}): Pair {
  const rest = (name: string): Rest => ({ indices: [{ name: 'ix', columns: [name, 'n'] }] });
  return {
    before: job({ task: column, ...OTHER }, rest('task')),
    after: job({ descr: column, ...OTHER }, rest('descr')),
    words: { renames: ['job.task:descr'] },
    ...more,
  };
}

const ENUM = { type: 'enum', enum: ['a', 'b'], default: 'a' } as const;

function partial(name: string): Rest {
  return { indices: [{ name: 'ip', columns: ['n'], where: `"${name}" = 'a'` }] };
}

/** PostgreSQL makes one constraint of two that say the same. */
const REPEATED: Pair = {
  before: job(
    { a: { type: 'text' }, b: { type: 'integer' } },
    { uniques: [{ name: 'uq', columns: ['a', 'b'] }] },
  ),
  after: job(
    { c: { type: 'text' }, d: { type: 'integer' } },
    { uniques: [{ name: 'uq', columns: ['c', 'd'] }, { columns: ['c', 'd'] }] },
  ),
  words: { renames: ['job.a:c', 'job.b:d'] },
};

const TEXT: Pair = renamed({ type: 'text' });

onDatabase('postgres', 'Column with two names between expand and contract', (database) => {
  it('serves both releases, which insert, update and upsert in turns', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), TEXT, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, task: 'first' }]));
      await world.bring('expand');
      const both = async (): Promise<readonly ObjectLiteral[]> => [
        ...(await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }))),
        ...(await world.as('after', (next) => next.getRepository('job').find({ order: { id: 'ASC' } }))),
      ];
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 2, task: 'by the old one' });
        await old.getRepository('job').upsert({ id: 1, task: 'upserted by the old one' }, ['id']);
      });
      await world.as('after', async (next) => {
        const jobs = next.getRepository('job');
        await jobs.insert({ id: 3, descr: 'by the new one' });
        await jobs.save({ id: 2, descr: 'saved by the new one' });
        await jobs.upsert({ id: 4, descr: 'upserted by the new one' }, ['id']);
      });
      await world.as('before', (old) =>
        old.getRepository('job').update({ id: 3 }, { task: 'changed by the old one' }),
      );
      const values = [
        'upserted by the old one',
        'saved by the new one',
        'changed by the old one',
        'upserted by the new one',
      ];
      const rows = await both();
      expect(rows.slice(0, 4).map(({ task }) => task as string)).to.deep.equal(values);
      expect(rows.slice(4).map(({ descr }) => descr as string)).to.deep.equal(values);
      await world.bring('contract');
      const after = await world.as('after', (next) =>
        next.getRepository('job').find({ order: { id: 'ASC' } }),
      );
      expect(after.map(({ descr }) => descr as string)).to.deep.equal(values);
    });
  });

  it('keeps an explicit NULL where the column has a default', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(
      database(),
      renamed({ type: 'text', nullable: true, default: 'd' }),
      async (world) => {
        await world.bring('expand');
        await world.as('before', async (old) => {
          await old.getRepository('job').insert([{ id: 1 }, { id: 2, task: null }, { id: 3, task: 'o' }]);
        });
        await world.as('after', async (next) => {
          await next.getRepository('job').insert([{ id: 4 }, { id: 5, descr: null }, { id: 6, descr: 'n' }]);
          const rows = await next.query<readonly ObjectLiteral[]>('SELECT task, descr FROM job ORDER BY id');
          expect(rows.map(({ task, descr }) => [task, descr] as unknown)).to.deep.equal([
            ['d', 'd'],
            [null, null],
            ['o', 'o'],
            ['d', 'd'],
            [null, null],
            ['n', 'n'],
          ]);
        });
      },
    );
  });

  it('comes back when contract is reverted, with rights and values, and goes when expand is', async function () {
    this.timeout(120_000);
    const byHand = [
      'GRANT SELECT (task), UPDATE (task) ON job TO pg_monitor',
      'ALTER TABLE job ALTER task SET STATISTICS 7',
    ];
    await PhasedWorld.lend(database(), { ...TEXT, byHand }, async (world) => {
      await world.bring('start');
      const start = await world.catalog();
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, task: 'first' }]));
      await world.bring('expand');
      const expanded = await world.catalog();
      expect(expanded.join('\n')).to.match(/descr.*pg_monitor/);
      await world.bring('contract');
      await world.as('after', (next) => next.getRepository('job').insert([{ id: 2, descr: 'second' }]));
      await world.bring('expand');
      expect(compareCatalogs(expanded, await world.catalog())).to.deep.equal([]);
      await world.as('before', async (old) => {
        const rows = await old.getRepository('job').find({ order: { id: 'ASC' } });
        expect(rows.map(({ task }) => task as string)).to.deep.equal(['first', 'second']);
      });
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
    });
  });

  it('builds the index of two copies once, and is in sync for both releases where a constraint is repeated', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), REPEATED, async (world) => {
      const words = (pattern: RegExp) => world.report.revisions.filter(({ id }) => pattern.test(id)).length;
      expect([words(/^ChangeBuildUqCopy/), words(/^ChangeDropUqCopy/)]).to.deep.equal([1, 1]);
      for (const stage of ['expand', 'contract', 'expand'] as const) {
        await world.bring(stage);
        const { status, changes } = await world.as('after', (next) => checkDrift(next));
        expect({ stage, status, changes }).to.deep.equal({ stage, status: 'in-sync', changes: [] });
      }
      expect((await world.as('before', (old) => checkDrift(old))).changes).to.deep.equal([]);
    });
  });

  it('is in sync for both releases where the table is renamed as well', async function () {
    this.timeout(120_000);
    const { columns, uniques } = REPEATED.after[0]?.options ?? { columns: {} };
    const after = [entity('job', columns, { tableName: 'task', uniques: uniques ?? [] })];
    const pair: Pair = { ...REPEATED, after, words: { ...REPEATED.words, renamedTables: ['job:task'] } };
    await PhasedWorld.lend(database(), pair, async (world) => {
      await world.bring('expand');
      for (const release of ['before', 'after'] as const)
        expect((await world.as(release, (one) => checkDrift(one))).changes).to.deep.equal([]);
    });
  });

  const CASES: Readonly<Record<string, Pair>> = {
    'a text with an index': TEXT,
    'a unique column': renamed({ type: 'text', unique: true }),
    'a nullable column with a default': renamed({ type: 'text', nullable: true, default: 'd' }),
    'a column with a default': renamed({ type: 'integer', default: 3 }),
    'an enumerated column': renamed({ type: 'enum', enum: ['a', 'b'], default: 'a' }),
    'an enumerated column with partial indexes': {
      before: job({ task: ENUM, ...OTHER }, partial('task')),
      after: job({ descr: ENUM, ...OTHER }, partial('descr')),
      words: { renames: ['job.task:descr'] },
    },
    'a JSON column': {
      before: job({ task: { type: 'json', nullable: true } }),
      after: job({ descr: { type: 'json', nullable: true } }),
      words: { renames: ['job.task:descr'] },
    },
    'a primary key': {
      before: job({ id: { type: 'integer', primary: true, generated: 'increment' }, ...OTHER }),
      after: job({ key: { type: 'integer', primary: true, generated: 'increment' }, ...OTHER }),
      words: { renames: ['job.id:key'] },
    },
    'a column that becomes NOT NULL, beside another new column': {
      before: job({ task: { type: 'text', nullable: true } }),
      after: job({ descr: { type: 'text' }, note: { type: 'text', nullable: true } }),
      words: { renames: ['job.task:descr'], backfills: ["job.descr='none'"] },
    },
    'a key that a foreign key refers to': {
      before: [...job({ id: { type: 'integer', primary: true } }), log('id')],
      after: [...job({ key: { type: 'integer', primary: true } }), log('key')],
      words: { renames: ['job.id:key'] },
    },
    'two columns at once': {
      before: job({ a: { type: 'text' }, b: { type: 'integer', nullable: true } }),
      after: job({ c: { type: 'text' }, d: { type: 'integer', nullable: true } }),
      words: { renames: ['job.a:c', 'job.b:d'] },
    },
    'two columns of one unique constraint, which another one repeats since': REPEATED,
  };
  for (const [what, pair] of Object.entries(CASES))
    it(`leaves the schema of the plain rename behind for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('contract')).to.not.deep.equal([]);
        expect(world.report.warnings.filter((one) => !one.includes('42P10'))).to.deep.equal([]);
        await world.bring('contract');
        expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
      });
    });
});
