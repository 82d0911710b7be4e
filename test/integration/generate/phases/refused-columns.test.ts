import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { PhasesRefusedError } from '../../../../src/errors/generate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';

function job(columns: Columns): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job' })];
}

const INTEGER = { type: 'integer' } as const;
const TEXT = { type: 'text' } as const;
const RENAMED = { renames: ['job.task:descr'] };

const REFUSED: Readonly<Record<string, readonly [pair: Pair, problem: string]>> = {
  'a column of the partition key': [
    {
      before: job({ task: INTEGER }),
      after: job({ descr: INTEGER }),
      words: { renames: ['job.task:descr'] },
      byHand: [
        'DROP TABLE job',
        'CREATE TABLE job (id integer NOT NULL, task integer NOT NULL, PRIMARY KEY (id, task)) PARTITION BY RANGE (task)',
      ],
    },
    'job.task, renamed to descr: it belongs to the partition key. Create a table with the new name, and move the rows.',
  ],
  'a domain that refuses NULL': [
    {
      before: job({ task: TEXT }),
      after: job({ descr: TEXT }),
      words: RENAMED,
      byHand: ['CREATE DOMAIN words AS text NOT NULL', 'ALTER TABLE job ALTER task TYPE words'],
    },
    'job.task, renamed to descr: the domain of its type refuses NULL before a trigger can give it a value. Give the column a default, or the type below the domain, in an earlier revision.',
  ],
};

onDatabase('postgres', 'Column that cannot have two names', (database) => {
  for (const [what, [pair, problem]] of Object.entries(REFUSED))
    it(`is refused with a way out: ${what}`, async function () {
      this.timeout(60_000);
      const error: unknown = await PhasedWorld.lend(database(), pair, () => Promise.resolve()).catch(
        (one: unknown) => one,
      );
      expect(error).to.have.property('code', 'PHASES_REFUSED');
      expect((error as PhasesRefusedError).problems).to.include(problem);
    });

  it('may be of a domain: the copy has the type below it', async function () {
    this.timeout(120_000);
    const pair: Pair = {
      before: job({ task: { type: 'text' } }),
      after: job({ descr: { type: 'text' } }),
      words: { renames: ['job.task:descr'] },
      byHand: ["CREATE DOMAIN words AS text CHECK (VALUE <> '')", 'ALTER TABLE job ALTER task TYPE words'],
    };
    await PhasedWorld.lend(database(), pair, async (world) => {
      await world.bring('expand');
      await world.as('before', (old) => old.getRepository('job').insert({ id: 1, task: 'a' }));
      await world.as('after', (next) => next.getRepository('job').insert({ id: 2, descr: 'b' }));
      await world.bring('contract');
      const rows = await world.as('after', (next) => next.query<unknown>('SELECT * FROM job ORDER BY id'));
      expect(rows).to.deep.equal([
        { id: 1, descr: 'a' },
        { id: 2, descr: 'b' },
      ]);
    });
  });
});
