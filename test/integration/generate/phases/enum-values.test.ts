import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

function state(values: readonly string[], more: Partial<NonNullable<Columns[string]>> = {}): Columns {
  return { st: { type: 'enum', enum: [...values], ...more } };
}

const FORMER = ['new', 'queued', 'done'];
const RENAMED = ['new', 'waiting', 'done'];
const WORDS = { renames: ['job.st.queued:waiting'], allowRewrite: true };

const PLAIN: Pair = { before: [job(state(FORMER))], after: [job(state(RENAMED))], words: WORDS };

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
  'a renamed value': PLAIN,
  'a renamed value of a default, of conditions and of checks': {
    before: [job(state(FORMER, { default: 'queued' }), named('queued'))],
    after: [job(state(RENAMED, { default: 'waiting' }), named('waiting'))],
    words: WORDS,
  },
  'a renamed value of lists': {
    before: [job(state(FORMER, { array: true, default: '{queued,done}' }))],
    after: [job(state(RENAMED, { array: true, default: '{waiting,done}' }))],
    words: WORDS,
  },
  'a renamed value beside one that goes and another order': {
    before: [job(state(['a', 'b', 'c', 'd']))],
    after: [job(state(['d', 'x', 'a']))],
    words: { renames: ['job.st.b:x'], allowRewrite: true },
  },
  'a renamed value beside a new column with it': {
    before: [job(state(FORMER))],
    after: [job({ ...state(RENAMED), rank: { type: 'integer', nullable: true } })],
    words: WORDS,
  },
  'a removed value': {
    before: [job(state(FORMER, { default: 'queued' }))],
    after: [job(state(['new', 'done'], { default: 'new' }))],
    words: { allowRewrite: true },
  },
};

onDatabase('postgres', 'Enumerated value between expand and contract', (database) => {
  for (const [what, pair] of Object.entries(KINDS))
    it(`leads to the schema of the plain change and back for ${what}`, async function () {
      this.timeout(120_000);
      const plain = await PhasedWorld.plainCatalog(database(), pair);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.ids('contract')).to.not.deep.equal([]);
        await world.bring('start');
        const start = await world.catalog();
        await world.bring('contract');
        expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
        await world.bring('start');
        expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
      });
    });
});
