import { expect } from 'chai';
import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { migrateUp } from '../../../../src/migrator/migrate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(columns: Columns, rest: Rest = {}): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job', ...rest })];
}

const INDEX: Rest = { indices: [{ name: 'ix', columns: ['n'] }] };
const WIDER: Pair = {
  before: job({ n: { type: 'smallint', default: 3 } }, INDEX),
  after: job({ n: { type: 'integer', default: 3 } }, INDEX),
};

onDatabase('postgres', 'Column that gets another type by way of a second one', (database) => {
  it('serves both releases before and after the swap, and leads to the plain schema', async function () {
    this.timeout(240_000);
    const plain = await PhasedWorld.plainCatalog(database(), { ...WIDER, words: { allowRewrite: true } });
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      // Lint has nothing to report.
      expect(world.report.warnings).to.deep.equal([
        'job.n: the column is the last one of its table from the swap on, for INSERT and COPY without a list of columns',
      ]);
      await world.bring('start');
      const start = await world.catalog();
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 1, n: 7 }, { id: 2 }]));
      await world.bring('expand');
      await world.as('before', (old) => old.getRepository('job').insert([{ id: 3, n: 9 }]));
      await world.as('after', (next) => next.getRepository('job').insert([{ id: 4, n: 90 }]));
      await world.bring('contract');
      expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
      const rows = await world.as('after', (next) =>
        next.getRepository('job').find({ order: { id: 'ASC' } }),
      );
      expect(rows.map(({ n }: ObjectLiteral) => n as number)).to.deep.equal([7, 3, 9, 90]);
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
    });
  });

  it('goes on where its backfill was killed, and fills no row twice', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      await world.bring('start');
      const stamps = await world.as('before', async (old) => {
        await old.query('INSERT INTO job (id, n) SELECT i, i FROM generate_series(1, 5000) AS i');
        const [target = ''] = world.ids('expand');
        await world.as('after', (next) => migrateUp(next, { target }));
        const runner = old.createQueryRunner();
        await runner.startTransaction();
        await runner.query('SELECT FROM job WHERE id = 5000 FOR UPDATE');
        const killed = world.bring('expand').then(() => 'not killed', messageOf);
        await until(async () => (await numberIn(old, FILLED)) === 4999);
        await old.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $backfill$%'",
        );
        expect(await killed).to.contain('terminating connection');
        await runner.rollbackTransaction();
        await runner.release();
        return numberIn(old, STAMPS);
      });
      await world.bring('expand');
      expect(await world.as('after', (next) => numberIn(next, STAMPS))).to.equal(stamps);
      const rows = await world.as('after', (next) => next.getRepository('job').countBy({ n: 5000 }));
      expect(rows).to.equal(1);
    });
  });
});

/** Whether a row was written again shows in its transaction. */
const STAMPS = 'SELECT sum(xmin::text::bigint) AS n FROM job WHERE id < 5000';
const FILLED = 'SELECT count(n_new) AS n FROM job';

async function numberIn(dataSource: DataSource, sql: string): Promise<number> {
  const [row] = await dataSource.query<readonly { readonly n: string | number | null }[]>(sql);
  return Number(row?.n ?? 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect.fail('It never came to that.');
}
