import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { onDatabase } from '../../../support/databases.js';
import { isBefore15 } from '../../../support/older-server.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertSuitsBoth } from './there-and-back.js';

const OTHER: Columns = {
  n: { type: 'integer', default: 7 },
  touched: { type: 'timestamptz', updateDate: true },
};

function table(tableName: string, columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', { ...columns, ...OTHER }, { tableName, ...rest });
}

function log(target = 'job'): EntitySchema {
  const foreign = { name: 'fk', target, columnNames: ['job'], referencedColumnNames: ['id'] };
  return entity(
    'log',
    { job: { type: 'integer', nullable: true } },
    { tableName: 'log', foreignKeys: [foreign] },
  );
}

const TASK: Columns = { task: { type: 'text', unique: true } };
const ID: Columns = { id: { type: 'integer', primary: true, generated: 'increment' } };
const STATE: Columns = { state: { type: 'enum', enum: ['a', 'b'], default: 'a' } };
const ROW_SECURITY = 'ALTER TABLE job ENABLE ROW LEVEL SECURITY';
const RENAMED = { renamedTables: ['job:chore'] };
const BOTH: Pair = {
  before: [table('job', TASK)],
  after: [table('chore', { descr: { type: 'text', unique: true } })],
  words: { ...RENAMED, renames: ['chore.task:descr'] },
};

const CASES: Readonly<Record<string, Pair>> = {
  'a numbered table that others refer to': {
    before: [
      table('job', { ...ID, ...TASK, ...STATE }, { indices: [{ name: 'ix', columns: ['n'] }] }),
      log(),
    ],
    after: [
      table('chore', { ...ID, ...TASK, ...STATE }, { indices: [{ name: 'ix', columns: ['n'] }] }),
      log(),
    ],
    words: RENAMED,
  },
  'a table with new columns and a new index that a new table refers to': {
    before: [table('job', TASK)],
    after: [
      table(
        'chore',
        { ...TASK, rank: { type: 'integer' }, note: { type: 'text', nullable: true } },
        { indices: [{ name: 'ix', columns: ['note'] }] },
      ),
      log(),
    ],
    words: { ...RENAMED, backfills: ['chore.rank=length(task)'] },
  },
  'a table with a renamed column that loses a required one': {
    before: [table('job', { ...TASK, old: { type: 'text' } })],
    after: BOTH.after,
    words: { ...BOTH.words, drops: ['chore.old'], backfills: ["chore.old='gone'"] },
  },
};

onDatabase('postgres', 'Table with two names between expand and contract', (database) => {
  for (const [what, pair] of Object.entries(CASES))
    it(`leaves the schema of the plain rename behind, and suits both releases before it, for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('expand')).to.not.deep.equal([]);
        expect(world.report.warnings.filter((one) => !one.includes('it is a view of'))).to.deep.equal([]);
        await assertSuitsBoth(world, plain);
      });
    });

  it('serves both releases, which insert, update, upsert, read and delete in turns', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), BOTH, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, task: 'first' }]));
      await world.bring('expand');
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 2, task: 'by the old one' });
        await old.getRepository('job').upsert({ id: 9, task: 'first', n: 10 }, ['task']);
      });
      await world.as('after', async (next) => {
        const jobs = next.getRepository('job');
        await jobs.insert({ id: 3, descr: 'by the new one' });
        await jobs.save({ id: 2, descr: 'saved by the new one' });
        await jobs.upsert({ id: 9, descr: 'first', n: 11 }, ['descr']);
        await jobs.upsert({ id: 4, descr: 'upserted by the new one' }, ['id']);
        await jobs.insert({ id: 5, descr: 'gone' });
      });
      await world.as('before', async (old) => {
        await old.getRepository('job').update({ id: 3 }, { task: 'changed by the old one' });
        await old.getRepository('job').delete({ task: 'gone' });
      });
      await world.as('after', (next) => next.getRepository('job').increment({ id: 4 }, 'n', 1));
      const rows = async (release: 'before' | 'after', name: string) => {
        const found = await world.as(release, (one) =>
          one.getRepository<ObjectLiteral>('job').find({ order: { id: 'ASC' } }),
        );
        return found.map(
          (row) => [row['id'], row[name], row['n'], row['touched'] instanceof Date] as unknown,
        );
      };
      const values = [
        [9, 'first', 11, true],
        [2, 'saved by the new one', 7, true],
        [3, 'changed by the old one', 7, true],
        [4, 'upserted by the new one', 8, true],
      ].sort();
      expect((await rows('before', 'task')).sort()).to.deep.equal(values);
      expect((await rows('after', 'descr')).sort()).to.deep.equal(values);
      await world.bring('contract');
      expect((await rows('after', 'descr')).sort()).to.deep.equal(values);
      await world.bring('start');
      expect((await rows('before', 'task')).sort()).to.deep.equal(values);
    });
  });

  it('has no view on PostgreSQL 14 where that would pass over row security, and says so', async function () {
    this.timeout(120_000);
    const pair = { ...BOTH, byHand: [ROW_SECURITY] };
    const problem = await PhasedWorld.lend(database(), pair, (world) => world.bring('expand')).then(
      () => 'none',
      messageOf,
    );
    expect(problem).to.contain(
      (await isBefore15())
        ? 'The view public.chore would pass over the row security of public.job: PostgreSQL 14 checks the rows of a view for its owner. Generate the change in one step, for a time when no older release runs: --one-step.'
        : 'none',
    );
  });

  it('gives the view the rights, the defaults and the row security of the table, not those of the schema', async function () {
    this.timeout(120_000);
    const isOld = await isBefore15();
    const byHand = [
      'GRANT SELECT, INSERT ON job TO pg_monitor WITH GRANT OPTION',
      'GRANT UPDATE (task) ON job TO pg_read_all_stats',
      ...(isOld ? [] : [ROW_SECURITY]),
      'ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO pg_read_all_settings',
    ];
    await PhasedWorld.lend(database(), { ...BOTH, byHand }, async (world) => {
      await world.bring('expand');
      const [view] = await world.as('after', (next) =>
        next.query<readonly ObjectLiteral[]>(
          `SELECT reloptions AS options, array_remove(relacl::text[], relacl[1]::text) AS rights,
             ARRAY(SELECT attname || ' ' || attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL) AS columns,
             ARRAY(SELECT attname || ' ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute
                     ON attrelid = adrelid AND attnum = adnum WHERE adrelid = c.oid ORDER BY 1) AS defaults
             FROM pg_class c WHERE oid = 'chore'::regclass`,
        ),
      );
      await world.as('after', (next) =>
        next.query('ALTER DEFAULT PRIVILEGES REVOKE DELETE ON TABLES FROM pg_read_all_settings'),
      );
      const own = String(view?.['rights']).replace(/[^/=,]+$/g, 'owner');
      expect({ ...view, rights: own }).to.deep.equal({
        options: isOld ? null : ['security_invoker=true'],
        rights: 'pg_monitor=a*r*/owner',
        columns: [`descr {pg_read_all_stats=w/${String(view?.['rights']).split('/')[1] ?? ''}}`],
        defaults: ['n 7', 'touched now()'],
      });
    });
  });
});
