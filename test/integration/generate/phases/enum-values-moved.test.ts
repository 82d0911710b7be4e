import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PhasesRefusedError } from '../../../../src/errors/generate.js';
import { onDatabase } from '../../../support/databases.js';
import { root } from '../../../support/root.js';
import type { DataSource, EntitySchema } from 'typeorm';
import { entity, type Columns, type Rest } from '../../drift/no-false-alarm-database.js';
import { CHANGED_VALUES, FORMER, job, RENAMED, state, WORDS } from './enum-jobs.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertSuitsBoth } from './there-and-back.js';

const KINDS: Readonly<Record<string, Pair>> = {
  'a renamed value': { before: [job(state(FORMER))], after: [job(state(RENAMED))], words: WORDS },
  ...CHANGED_VALUES,
  'values that join others, one of them at the end': {
    before: [job(state(['a', 'b', 'c', 'd'], { nullable: true }))],
    after: [job(state(['x', 'b'], { nullable: true }))],
    words: { renames: ['job.st.c:b', 'job.st.a:x', 'job.st.d:b'] },
  },
};

/** The same in a schema of its own, with a key, rights and policies over the column, and one index that no entity has. */
const SURROUNDED: Readonly<Record<string, Pair>> = {
  'a renamed value in another schema': {
    before: [job(state(FORMER), { schema: 'work' })],
    after: [job(state(RENAMED), { schema: 'work' })],
    words: { renames: ['work.job.st.queued:waiting'] },
  },
  'a removed value under rights and policies': {
    before: [job(state(FORMER))],
    after: [job(state(['new', 'done']))],
    byHand: [
      'ALTER TABLE job ENABLE ROW LEVEL SECURITY',
      `CREATE POLICY "not done" ON job USING (st <> 'done')`,
      'GRANT SELECT (st), UPDATE (st) ON job TO pg_monitor WITH GRANT OPTION',
      'ALTER TABLE job ALTER st SET STATISTICS 50',
      `COMMENT ON COLUMN job.st IS 'what it is about'`,
    ],
  },
  'a removed value of a primary key that another table refers to': {
    before: [
      job({ id: { type: 'integer', primary: true }, ...state(FORMER, { primary: true }) }),
      note(FORMER),
    ],
    after: [
      job({ id: { type: 'integer', primary: true }, ...state(['new', 'done'], { primary: true }) }),
      note(['new', 'done']),
    ],
  },
};

/** A note about a job. */
function note(values: readonly string[]): EntitySchema {
  const key = { name: 'fk', target: 'job', columnNames: ['job', 'st'], referencedColumnNames: ['id', 'st'] };
  const columns = { job: { type: 'integer' }, ...state(values, { enumName: 'job_st_enum' }) } as const;
  return entity('note', columns, { tableName: 'note', foreignKeys: [key] });
}

/** A change that is refused, and the sentence about it. */
interface Refused extends Pair {
  readonly problem: string;
}

const COMPUTED: Columns = {
  g: { type: 'boolean', nullable: true, asExpression: "st = 'new'", generatedType: 'STORED' },
};

const EXCLUDED: Rest = {
  exclusions: [{ name: 'ex', expression: 'USING btree ("id" WITH =, "st" WITH =)' }],
};

const REWRITE = 'Or pass --allow-rewrite: contract then rewrites and locks the tables of the type.';
const AGAIN = `Drop it in an earlier revision and add it again in a later one. ${REWRITE}`;

const REFUSED: Readonly<Record<string, Refused>> = {
  'a computed column': {
    before: [job({ ...state(FORMER), ...COMPUTED })],
    after: [job({ ...state(['new', 'done']), ...COMPUTED })],
    problem: `job_st_enum, which loses queued: the column job.g is computed from it. ${AGAIN}`,
  },
  'another column of the temporary name': {
    before: [job({ ...state(FORMER), st_new: { type: 'text' } })],
    after: [job({ ...state(['new', 'done']), st_new: { type: 'text' } })],
    problem: `job.st, whose type loses queued: job has a column st_new, a name that the change needs. Rename that one first. ${REWRITE}`,
  },
  'an exclusion constraint': {
    before: [job(state(FORMER), EXCLUDED)],
    after: [job(state(['done', 'queued', 'new']), EXCLUDED)],
    problem: `job_st_enum, which gets another order: the exclusion constraint ex of job uses it. ${AGAIN}`,
  },
};

onDatabase('postgres', 'Enumerated value that goes by way of a second column', (database) => {
  for (const [what, pair] of Object.entries({ ...KINDS, ...SURROUNDED }))
    it(`suits both releases, and leads to the schema of the plain change and back for ${what}`, async function () {
      this.timeout(240_000);
      const words = { ...pair.words, allowRewrite: true };
      const plain = await PhasedWorld.plainCatalog(database(), { ...pair, words });
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('contract')).to.not.deep.equal([]);
        const ofLint = world.report.warnings.filter((one) => /^Change\w*: /.test(one));
        expect(ofLint).to.deep.equal([]);
        await assertSuitsBoth(world, plain);
      });
    });

  it('lets each release write its own value, rewrites no table, and moves all rows in contract and back', async function () {
    this.timeout(240_000);
    const pair: Pair = {
      before: [job(state(FORMER, { default: 'queued' }))],
      after: [job(state(RENAMED, { default: 'waiting' }))],
      words: WORDS,
    };
    await PhasedWorld.lend(database(), pair, async (world) => {
      // Lint has nothing to report either.
      expect(world.report.warnings).to.deep.equal([
        'job.st: until the contract has run, rows have the values of both releases (queued and waiting). Let the new release read both alike. In conditions, compare the text, CAST(... AS text) IN (...): after contract, the type refuses the former value',
        'job.st: the column is the last one of its table from the swap on, for INSERT and COPY without a list of columns',
      ]);
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1 }, { id: 2, st: 'done' }]));
      const file = await fileOf(world);
      await world.bring('expand');
      await world.as('after', async (next) => {
        await next.getRepository('job').insert({ id: 3, st: 'waiting' });
        await next.getRepository('job').save({ id: 2, st: 'waiting' });
      });
      await world.as('before', (old) => old.getRepository('job').insert({ id: 4 }));
      expect(await states(world)).to.deep.equal(['queued', 'waiting', 'waiting', 'queued']);
      const waiting = () => world.as('after', countWaiting);
      expect(await waiting()).to.equal(4);
      await world.bring('contract');
      expect(await states(world)).to.deep.equal(['waiting', 'waiting', 'waiting', 'waiting']);
      expect(await waiting()).to.equal(4);
      expect(await fileOf(world)).to.equal(file);
      await world.as('after', (next) => next.getRepository('job').insert([{ id: 5 }, { id: 6, st: 'done' }]));
      await world.bring('expand');
      const back = ['queued', 'queued', 'queued', 'queued', 'queued', 'done'];
      expect(await states(world)).to.deep.equal(back);
      await world.as('after', (next) => next.getRepository('job').update({ id: 6 }, { st: 'waiting' }));
      await world.bring('start');
      expect(await states(world)).to.deep.equal([...back.slice(0, -1), 'queued']);
      expect(await fileOf(world)).to.equal(file);
    });
  });

  it('finds rows with a removed value before anything goes, and names the first twenty by key', async function () {
    this.timeout(240_000);
    const pair: Pair = { before: [job(state(FORMER))], after: [job(state(['new', 'done']))] };
    await PhasedWorld.lend(database(), pair, async (world) => {
      await world.bring('expand');
      await world.as('before', (old) =>
        old.getRepository('job').insert(Array.from({ length: 23 }, (_, id) => ({ id, st: 'queued' }))),
      );
      const error: unknown = await world.bring('contract').catch((one: unknown) => one);
      expect(error).to.have.property('code', 'REVISION_FAILED');
      expect((error as Error).message).to.include(
        `job.st: rows contain queued, which job_st_enum no longer allows. Rows: 23, by id: ${Array.from({ length: 20 }, (_, id) => id).join(', ')}, ... Update these rows, then run the revision again. Its transaction was rolled back`,
      );
      await world.as('after', (next) => next.query("UPDATE job SET st = 'done'"));
      await world.bring('contract');
      expect(new Set(await states(world))).to.deep.equal(new Set(['done']));
    });
  });

  for (const [what, { problem, ...pair }] of Object.entries(REFUSED))
    it(`is refused with two ways out for ${what}`, async function () {
      this.timeout(120_000);
      const error: unknown = await PhasedWorld.lend(database(), pair, () => Promise.resolve()).catch(
        (one: unknown) => one,
      );
      expect(error).to.have.property('code', 'PHASES_REFUSED');
      expect((error as PhasesRefusedError).problems).to.deep.equal([problem]);
    });
});

/** By the condition that the page gives a release that reads both values. */
async function countWaiting(next: DataSource): Promise<number> {
  const page = readFileSync(join(root, 'docs/migrations.md'), 'utf8');
  const [, condition = ''] = /\.where\('(CAST\(job\.status AS text\) [^']*)'/.exec(page) ?? [];
  const names = { names: ['queued', 'waiting'] };
  return next
    .getRepository('job')
    .createQueryBuilder('job')
    .where(condition.replace('status', 'st'), names)
    .getCount();
}

/** The file of the table, which is another one after a rewrite. */
async function fileOf(world: PhasedWorld): Promise<unknown> {
  const rows = await world.as('after', (one) =>
    one.query<readonly { readonly file: number }[]>("SELECT pg_relation_filenode('job') AS file"),
  );
  return rows[0]?.file;
}

async function states(world: PhasedWorld): Promise<readonly unknown[]> {
  const rows = await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }));
  return rows.map(({ st }) => st as unknown);
}
