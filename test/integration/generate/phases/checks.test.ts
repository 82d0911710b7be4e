import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { describeChange } from '../../../../src/schema/describe-change.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair, type Stage } from './phased-world.js';

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', { name: { type: 'text' }, ...columns }, { tableName: 'job', ...rest });
}

const OLD = { type: 'text', nullable: true } as const;
const PAIRS: Readonly<Record<string, Pair>> = {
  'a renamed column': {
    before: [job({ task: { type: 'text' } }, { indices: [{ name: 'ix', columns: ['task'] }] })],
    after: [job({ descr: { type: 'text' } }, { indices: [{ name: 'ix', columns: ['descr'] }] })],
    words: { renames: ['job.task:descr'] },
  },
  'a renamed enumerated column': {
    before: [job({ task: { type: 'enum', enum: ['a', 'b'], default: 'a' } })],
    after: [job({ descr: { type: 'enum', enum: ['a', 'b'], default: 'a' } })],
    words: { renames: ['job.task:descr'] },
  },
  'a dropped column beside a new one': {
    before: [job({ old: { type: 'text' } })],
    after: [job({ fresh: OLD })],
    words: { drops: ['job.old'], backfills: ["job.old='x'"] },
  },
  'a new required column': {
    before: [job({})],
    after: [job({ rank: { type: 'integer' } })],
    words: { backfills: ['job.rank=1'] },
  },
  'a dropped table': {
    before: [job({}), entity('log', { text: { type: 'text' } }, { tableName: 'log' })],
    after: [job({})],
    words: { drops: ['log'] },
  },
  'a new unique constraint': {
    before: [job({})],
    after: [job({}, { uniques: [{ name: 'uq', columns: ['name'] }] })],
  },
};

onDatabase('postgres', 'Check between expand and contract', (database) => {
  for (const [what, pair] of Object.entries(PAIRS))
    it(`finds no drift for either release with ${what}`, async function () {
      this.timeout(120_000);
      await PhasedWorld.lend(database(), pair, async (world) => {
        const found = async (release: 'before' | 'after') =>
          world.as(release, async (dataSource) => {
            const { changes } = await checkDrift(dataSource);
            return changes.map((one) => describeChange(one));
          });
        const each = async (stage: Stage) => {
          await world.bring(stage);
          return { old: stage === 'contract' ? [] : await found('before'), new: await found('after') };
        };
        expect(await each('expand')).to.deep.equal({ old: [], new: [] });
        expect(await each('contract')).to.deep.equal({ old: [], new: [] });
        expect(await each('expand')).to.deep.equal({ old: [], new: [] });
      });
    });
});
