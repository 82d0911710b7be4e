import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { isBefore15 } from '../../../support/older-server.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(name: string): readonly EntitySchema[] {
  return [
    entity('job', { [name]: { type: 'text' }, n: { type: 'integer', default: 0 } }, { tableName: 'job' }),
  ];
}

function published(publication: string): Pair {
  return {
    before: job('task'),
    after: job('descr'),
    words: { renames: ['job.task:descr'] },
    byHand: [publication],
  };
}

onDatabase('postgres', 'Renamed column of a published table', (database) => {
  for (const [what, publication, warned] of [
    ['all its columns', 'CREATE PUBLICATION feed FOR TABLE job', true],
    ['a list of its columns', 'CREATE PUBLICATION feed FOR TABLE job (id, task)', false],
  ] as const)
    it(`stays published with ${what}, up and down`, async function () {
      this.timeout(120_000);
      // PostgreSQL 14 has no list of columns.
      if (!warned && (await isBefore15())) return;
      const pair = published(publication);
      await PhasedWorld.lend(database(), pair, async (world) => {
        expect(world.report.warnings).to.deep.equal(
          warned
            ? [
                'job: the publication feed has all columns of it, and a subscriber without descr stops. Add it there first',
              ]
            : [],
        );
        const columns = () =>
          world.as('before', (old) =>
            old.query<readonly unknown[]>('SELECT tablename, attnames FROM pg_publication_tables'),
          );
        await world.bring('start');
        const start = await world.catalog();
        await world.bring('contract');
        const after = warned ? '{id,descr,n}' : '{id,descr}';
        expect(await columns()).to.deep.equal([{ tablename: 'job', attnames: after }]);
        await world.bring('start');
        expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
      });
    });
});
