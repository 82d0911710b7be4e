import { expect } from 'chai';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair, type Stage } from './phased-world.js';

type Column = NonNullable<NonNullable<Columns>[string]>;

function pair(from: Column, to: Column): Pair {
  const job = (n: Column): readonly EntitySchema[] => [entity('job', { n }, { tableName: 'job' })];
  return { before: job({ nullable: true, ...from }), after: job({ nullable: true, ...to }) };
}

const WIDER = pair({ type: 'smallint' }, { type: 'integer' });
/** Each kind of conversion, with a value of both ends; the last one does not fit into the former type. */
const KINDS: readonly (readonly [what: string, pair: Pair, former: string, fits: string, unfit: string])[] = [
  ['a whole number', WIDER, '7', '8', '40000'],
  [
    'a list of whole numbers',
    pair({ type: 'smallint', array: true }, { type: 'integer', array: true }),
    `'{1,NULL}'`,
    `'{{2,3},{4,NULL}}'`,
    `'{1,NULL,40000}'`,
  ],
  ['a number with a point', pair({ type: 'smallint' }, { type: 'real' }), '7', '-0', '1.5'],
  ['a number that is none', pair({ type: 'integer' }, { type: 'double precision' }), '7', '8', `'NaN'`],
  [
    'more decimals',
    pair({ type: 'numeric', precision: 8, scale: 2 }, { type: 'numeric', precision: 10, scale: 4 }),
    '1.5',
    `'NaN'`,
    '1.2345',
  ],
  [
    'more digits',
    pair({ type: 'numeric', precision: 8, scale: 2 }, { type: 'numeric', precision: 12, scale: 4 }),
    '999999.99',
    '-999999.99',
    '999999.995',
  ],
];

/** Runs expand up to the revision that fills the second column. */
function fill(world: PhasedWorld): Promise<unknown> {
  const target = world.ids('expand').find((id) => id.includes('Backfill')) ?? '';
  return world.as('after', (next) => migrateUp(next, { target }));
}

function query(world: PhasedWorld, sql: string): Promise<readonly ObjectLiteral[]> {
  return world.as('before', (old) => old.query<readonly ObjectLiteral[]>(sql));
}

async function failure(world: PhasedWorld, stage: Stage): Promise<string> {
  return world.bring(stage).then(() => 'no failure', messageOf);
}

const PAST = [
  'ALTER TABLE job DISABLE TRIGGER ALL',
  'INSERT INTO job (id, n) VALUES (9, 40)',
  'UPDATE job SET n = 102 WHERE id = 2',
  'ALTER TABLE job ENABLE TRIGGER ALL',
];

onDatabase('postgres', 'Second column whose trigger is passed by', (database) => {
  it('refuses a write that its trigger does not see', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      await world.bring('start');
      await query(world, 'INSERT INTO job (id, n) VALUES (1, 1), (2, 2)');
      await fill(world);
      for (const check of ['zz_odb_job_n_new', 'zz_odb_job_n_old']) {
        await query(world, 'ALTER TABLE job DISABLE TRIGGER ALL');
        for (const sql of PAST.slice(1, 3))
          expect(await query(world, sql).then(() => 'no failure', messageOf)).to.contain(check);
        await query(world, 'CREATE TABLE IF NOT EXISTS heir () INHERITS (job)');
        expect(
          await query(world, 'INSERT INTO heir (id, n) VALUES (3, 3)').then(() => 'no failure', messageOf),
        ).to.contain(check);
        await query(world, 'DROP TABLE heir');
        await query(world, 'ALTER TABLE job ENABLE TRIGGER USER');
        await query(world, `ALTER TABLE job ENABLE ALWAYS TRIGGER zz_odb_job_n_type`);
        await world.bring('expand');
      }
    });
  });

  it('stops expand before the swap where rows do not agree, with their keys', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      await world.bring('start');
      await query(world, 'INSERT INTO job (id, n) VALUES (1, 1), (2, 2)');
      await fill(world);
      await query(world, 'ALTER TABLE job DROP CONSTRAINT IF EXISTS zz_odb_job_n_new');
      for (const sql of PAST) await query(world, sql);
      expect(await failure(world, 'expand')).to.contain(
        'job: n_new has not the value of n, so values would be lost. Nothing was changed. Rows: 2, by id: 2, 9. ' +
          'If something has written past the trigger of n_new, give that its value: UPDATE "job" SET "n" = "n" for these rows. Then run the revision again',
      );
      await query(world, 'UPDATE "job" SET "n" = "n"');
      await world.bring('contract');
      expect(await query(world, 'SELECT n FROM job ORDER BY id')).to.deep.equal([
        { n: 1 },
        { n: 102 },
        { n: 40 },
      ]);
    });
  });

  it('stops the way back before the swap, where a value that does not fit came behind the test', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), WIDER, async (world) => {
      await world.bring('expand');
      await query(world, 'INSERT INTO job (id, n) VALUES (1, 1), (2, 2)');
      const ids = world.ids('expand');
      await world.as('after', (next) => migrateDown(next, { target: ids.at(-2) ?? '' }));
      await query(world, 'UPDATE job SET n = 70000 WHERE id = 2');
      expect(await failure(world, 'start')).to.contain(
        'job: n_old has not the value of n, so values would be lost. Nothing was changed. Rows: 1, by id: 2. Change values that cannot be smallint.',
      );
      await query(world, 'UPDATE job SET n = 70 WHERE id = 2');
      await world.bring('start');
      expect(await query(world, 'SELECT n FROM job ORDER BY id')).to.deep.equal([{ n: 1 }, { n: 70 }]);
    });
  });
});

onDatabase('postgres', 'Second column on its way back', (database) => {
  for (const [what, kind, former, fits, unfit] of KINDS)
    it(`agrees with ${what}, refuses what does not fit, and gives all others back`, async function () {
      this.timeout(240_000);
      await PhasedWorld.lend(database(), kind, async (world) => {
        await world.bring('start');
        await query(world, `INSERT INTO job (id, n) VALUES (1, ${former}), (2, NULL)`);
        await world.bring('expand');
        await query(world, `INSERT INTO job (id, n) VALUES (3, ${unfit}), (4, NULL), (5, ${former})`);
        await query(world, 'UPDATE job SET id = id');
        expect(await failure(world, 'start')).to.contain('Values of n in 1 rows cannot be of type');
        await query(world, `UPDATE job SET n = ${former} WHERE id = 3`);
        await world.bring('contract');
        await query(world, `UPDATE job SET n = ${fits} WHERE id = 3`);
        await world.bring('start');
        const kept = `CASE WHEN id = 3 THEN n = ${fits} WHEN n IS NULL THEN id IN (2, 4) ELSE n = ${former} END`;
        expect(await query(world, `SELECT id FROM job WHERE ${kept}`)).to.have.length(5);
      });
    });
});
