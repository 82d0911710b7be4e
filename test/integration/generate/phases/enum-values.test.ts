import { expect } from 'chai';
import type { PhasesRefusedError } from '../../../../src/errors/generate.js';
import { onDatabase } from '../../../support/databases.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { migrateUp } from '../../../../src/migrator/migrate.js';
import { History } from '../history.js';
import { CHANGED_VALUES, FORMER, job, RENAMED, state, WORDS as RENAMING } from './enum-jobs.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertThereAndBack } from './there-and-back.js';

const WORDS = { ...RENAMING, allowRewrite: true };

const PLAIN: Pair = { before: [job(state(FORMER))], after: [job(state(RENAMED))], words: WORDS };

const REWRITTEN = Object.entries(CHANGED_VALUES).map(([what, { words, ...pair }]): [string, Pair] => [
  what,
  { ...pair, words: { ...words, allowRewrite: true } },
]);

const KINDS: Readonly<Record<string, Pair>> = {
  ...Object.fromEntries(REWRITTEN),
  'a default that is a new value': {
    before: [job(state(['a', 'b'], { default: 'a' }))],
    after: [job(state(['a', 'b', 'c'], { default: 'c' }))],
  },
  'values that join others, one of them at the end': {
    before: [job(state(['a', 'b', 'c', 'd']))],
    after: [job(state(['x', 'b']))],
    words: { renames: ['job.st.c:b', 'job.st.a:x', 'job.st.d:b'], allowRewrite: true },
  },
};

/** A change that is refused, and the sentence about it. */
interface Refused extends Pair {
  readonly problem: string;
}

function pairOf(rest: (value: string) => Rest): Pick<Pair, 'before' | 'after'> {
  return {
    before: [job(state(FORMER), rest('queued'))],
    after: [job(state(RENAMED), rest('waiting'))],
  };
}

const COMPUTED = (value: string): Columns => ({
  g: { type: 'boolean', nullable: true, asExpression: `st = '${value}'`, generatedType: 'STORED' },
});

const REFUSED: Readonly<Record<string, Refused>> = {
  'a unique column': {
    ...pairOf(() => ({ uniques: [{ name: 'uq', columns: ['st', 'id'] }] })),
    problem:
      'the unique constraint uq of job contains it, so equal rows of both releases would differ. Add a column with the new values instead.',
  },
  'the condition of a unique index': {
    ...pairOf((value) => ({
      indices: [{ name: 'ux', columns: ['id'], unique: true, where: `st = '${value}'` }],
    })),
    problem:
      'the unique index ux of job contains it, so equal rows of both releases would differ. Add a column with the new values instead.',
  },
  'a computed column': {
    before: [job({ ...state(FORMER), ...COMPUTED('queued') })],
    after: [job({ ...state(RENAMED), ...COMPUTED('waiting') })],
    problem: 'job.g is computed from it. Drop the column, and add it again in a later release.',
  },
  'a policy': {
    ...pairOf(() => ({})),
    byHand: ["CREATE POLICY own ON job USING (st <> 'queued')"],
    problem: 'the policy own names it. Drop it in an earlier revision and create it again in a later one.',
  },
};

onDatabase('postgres', 'Enumerated value between expand and contract', (database) => {
  for (const [what, pair] of Object.entries(KINDS))
    it(`leads to the schema of the plain change and back for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('contract')).to.not.deep.equal([]);
        await assertThereAndBack(world, plain);
      });
    });

  it('lets each release write its own value, and moves all rows in contract and back', async function () {
    this.timeout(120_000);
    const pair: Pair = {
      before: [job(state(FORMER, { default: 'queued' }))],
      after: [job(state(RENAMED, { default: 'waiting' }))],
      words: WORDS,
    };
    await PhasedWorld.lend(database(), pair, async (world) => {
      expect(world.report.warnings).to.deep.equal([
        'job.st: until the contract has run, rows have the values of both releases (queued and waiting). Let the new release read both alike. In conditions, compare the text, CAST(... AS text) IN (...): after contract, the type refuses the former value',
      ]);
      await world.bring('start');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1 }, { id: 2, st: 'done' }]));
      await world.bring('expand');
      expect(await states(world)).to.deep.equal(['queued', 'done']);
      await world.as('after', async (next) => {
        const jobs = next.getRepository('job');
        await jobs.insert({ id: 3, st: 'waiting' });
        await jobs.upsert({ id: 4, st: 'waiting' }, ['id']);
        await jobs.save({ id: 2, st: 'waiting' });
      });
      await world.as('before', async (old) => {
        const jobs = old.getRepository('job');
        await jobs.upsert({ id: 5, st: 'queued' }, ['id']);
        await jobs.update({ id: 4 }, { st: 'done' });
        await jobs.insert({ id: 6 });
        await jobs.delete({ id: 1 });
      });
      expect(await states(world)).to.deep.equal(['waiting', 'waiting', 'done', 'queued', 'queued']);
      await world.bring('contract');
      expect(await states(world)).to.deep.equal(['waiting', 'waiting', 'done', 'waiting', 'waiting']);
      await world.as('after', (next) => next.getRepository('job').insert({ id: 7 }));
      await world.bring('expand');
      expect(await states(world)).to.deep.equal(['queued', 'queued', 'done', 'queued', 'queued', 'queued']);
      await world.as('after', (next) => next.getRepository('job').update({ id: 7 }, { st: 'waiting' }));
      await world.bring('start');
      expect(await states(world)).to.deep.equal(['queued', 'queued', 'done', 'queued', 'queued', 'queued']);
    });
  });

  it('finds rows with a removed value before anything goes, and names the first twenty by key', async function () {
    this.timeout(120_000);
    const pair: Pair = {
      before: [job(state(FORMER))],
      after: [job(state(['new', 'done']))],
      words: { allowRewrite: true },
    };
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

  it('gives rows of a value that goes the one that it joins, in one step too', async function () {
    this.timeout(120_000);
    const pair: Pair = {
      before: [job(state(FORMER))],
      after: [job(state(['new', 'done']))],
      words: { renames: ['job.st.queued:done'], allowRewrite: true },
    };
    for (const isPhased of [true, false])
      await PhasedWorld.lend(
        database(),
        { ...pair, words: { ...pair.words, oneStep: !isPhased } },
        async (world) => {
          await world.bring('start');
          await world.as('before', (old) =>
            old.query("INSERT INTO job VALUES (1, 'queued'), (2, 'done'), (3, 'new')"),
          );
          if (isPhased) {
            expect(world.ids('expand')).to.deep.equal([]);
            expect(world.report.warnings).to.deep.equal([]);
          }
          await world.bring('contract');
          expect(await states(world)).to.deep.equal(['done', 'done', 'new']);
          await world.bring('start');
          expect(await states(world)).to.deep.equal(['done', 'done', 'new']);
          await world.as('before', (old) => old.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));
        },
      );
  });

  it('waits for contract, which another change of the values may not overtake', async function () {
    this.timeout(120_000);
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      await history.generate(PLAIN.before, { name: 'Initial' });
      const first = await history.generate(PLAIN.after, { name: 'Wait', ...WORDS });
      const next = [job(state(['new', 'waiting', 'done', 'lost']))];
      const second = await history.generate(next, { name: 'Lose' });
      const waiting = first.revisions.find(({ phase }) => phase === 'contract')?.id ?? '';
      const later = second.revisions[0]?.id ?? '';
      await history.use({ target: database().target }, next, async (dataSource) => {
        const error: unknown = await migrateUp(dataSource, { phases: 'expand' }).catch((one: unknown) => one);
        expect(error).to.have.property('code', 'CONTRACT_AWAITED');
        expect((error as Error).message)
          .to.include(waiting)
          .and.to.include(later);
      });
    });
  });

  for (const [what, { before, after, byHand, problem }] of Object.entries(REFUSED))
    it(`is refused with a way out for ${what}`, async function () {
      this.timeout(60_000);
      const pair: Pair = { before, after, words: WORDS, ...(byHand ? { byHand } : {}) };
      const error: unknown = await PhasedWorld.lend(database(), pair, () => Promise.resolve()).catch(
        (one: unknown) => one,
      );
      expect(error).to.have.property('code', 'PHASES_REFUSED');
      expect((error as PhasesRefusedError).problems).to.deep.equal([
        `job_st_enum: the value queued, renamed to waiting: ${problem}`,
      ]);
    });
});

async function states(world: PhasedWorld): Promise<readonly unknown[]> {
  const rows = await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }));
  return rows.map(({ st }) => st as unknown);
}
