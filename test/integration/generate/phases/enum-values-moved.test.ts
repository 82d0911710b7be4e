import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { PhasesRefusedError } from '../../../../src/errors/generate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';
import { assertSuitsBoth } from './there-and-back.js';

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

function state(values: readonly string[], more: Partial<NonNullable<Columns[string]>> = {}): Columns {
  return { st: { type: 'enum', enum: [...values], ...more } };
}

const FORMER = ['new', 'queued', 'done'];
const RENAMED = ['new', 'waiting', 'done'];
const WORDS = { renames: ['job.st.queued:waiting'] };

function log(name: string): EntitySchema {
  return entity('log', { [name]: { type: 'text' } }, { tableName: 'log' });
}

/** The value in everything that may name it. */
function named(value: string): Rest {
  return {
    indices: [
      { name: 'ix', columns: ['id'], where: `st = '${value}'` },
      { columns: ['st'], where: `st <> '${value}'` },
    ],
    checks: [
      { name: 'ck', expression: `st <> '${value}' OR id > 0` },
      { expression: `st IN ('new', '${value}', 'done')` },
    ],
  };
}

const KINDS: Readonly<Record<string, Pair>> = {
  'a renamed value': { before: [job(state(FORMER))], after: [job(state(RENAMED))], words: WORDS },
  'a renamed value of a default, of conditions and of checks, beside a new column': {
    before: [job(state(FORMER, { default: 'queued' }), named('queued'))],
    after: [
      job(
        { ...state(RENAMED, { default: 'waiting' }), rank: { type: 'integer', nullable: true } },
        named('waiting'),
      ),
    ],
    words: WORDS,
  },
  'a renamed value of lists, beside a renamed column of another table': {
    before: [job(state(FORMER, { array: true, default: '{queued,done}' })), log('text')],
    after: [job(state(RENAMED, { array: true, default: '{waiting,done}' })), log('words')],
    words: { renames: [...WORDS.renames, 'log.text:words'] },
  },
  'a renamed value beside one that goes and another order': {
    before: [job(state(['a', 'b', 'c', 'd']))],
    after: [job(state(['d', 'x', 'a']))],
    words: { renames: ['job.st.b:x'] },
  },
  'values that join others, one of them at the end': {
    before: [job(state(['a', 'b', 'c', 'd'], { nullable: true }))],
    after: [job(state(['x', 'b'], { nullable: true }))],
    words: { renames: ['job.st.c:b', 'job.st.a:x', 'job.st.d:b'] },
  },
  'a removed value': {
    before: [job(state(FORMER, { default: 'queued' }))],
    after: [job(state(['new', 'done'], { default: 'new' }))],
  },
};

onDatabase('postgres', 'Enumerated value that goes by way of a second column', (database) => {
  for (const [what, pair] of Object.entries(KINDS))
    it(`suits both releases, and leads to the schema of the plain change and back for ${what}`, async function () {
      this.timeout(120_000);
      const words = { ...pair.words, allowRewrite: true };
      const plain = await PhasedWorld.plainCatalog(database(), { ...pair, words });
      await PhasedWorld.lend(database(), pair, async (world) => {
        if (process.env['SHOW']) console.log(world.report.revisions.map((r) => JSON.stringify({n:r.id,ph:r.phase,d:r.description})).join('\n'), world.report.warnings);
        expect(world.ids('contract')).to.not.deep.equal([]);
        await assertSuitsBoth(world, plain);
      });
    });
});
