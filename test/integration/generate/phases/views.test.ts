import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { view } from '../view-world.js';
import { compareCatalogs, PhasedWorld, type Pair, type Stage } from './phased-world.js';

const TEXT = { type: 'text' } as const;

function job(column: string, tableName = 'job'): EntitySchema {
  return entity('job', { [column]: TEXT }, { tableName });
}

const PAIRS: Readonly<Record<string, Pair>> = {
  'a view of a renamed column': {
    before: [job('task'), view('shown', 'SELECT id, task AS word FROM job')],
    after: [job('descr'), view('shown', 'SELECT id, descr AS word FROM job')],
    words: { renames: ['job.task:descr'] },
  },
  'a view of a renamed table': {
    before: [job('task'), view('shown', 'SELECT id, task AS word FROM job')],
    after: [job('task', 'chore'), view('shown', 'SELECT id, task AS word FROM chore')],
    words: { renamedTables: ['job:chore'] },
  },
  'a new view of another table': {
    before: [job('task'), entity('log', { text: TEXT }, { tableName: 'log' })],
    after: [
      job('descr'),
      entity('log', { text: TEXT }, { tableName: 'log' }),
      view('shown', 'SELECT id, text AS word FROM log'),
    ],
    words: { renames: ['job.task:descr'] },
  },
};

onDatabase('postgres', 'View beside a change that needs a contract revision', (database) => {
  for (const [what, pair] of Object.entries(PAIRS))
    it(`suits both releases and ends as in the plain change for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        await world.bring('start');
        const start = await world.catalog();
        const found = (release: 'before' | 'after') =>
          world.as(release, async (dataSource) => {
            const { changes, uncomparable } = await checkDrift(dataSource);
            return [...changes, ...uncomparable].map((one) => `${one.kind} ${one.object}`);
          });
        const known = () =>
          world.as('after', async (dataSource) => {
            const { changes, uncomparable } = await checkDrift(dataSource, { snapshot: world.snapshot });
            return [...changes, ...uncomparable].map((one) => `${one.kind} ${one.object}`);
          });
        const each = async (stage: Stage) => {
          await world.bring(stage);
          return {
            old: stage === 'contract' ? [] : await found('before'),
            new: await found('after'),
            withSnapshot: await known(),
          };
        };
        const fine = { old: [], new: [], withSnapshot: [] };
        expect(await each('expand')).to.deep.equal(fine);
        expect(await each('contract')).to.deep.equal(fine);
        expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
        expect(await each('expand')).to.deep.equal(fine);
        await world.bring('start');
        expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
      });
    });
});
