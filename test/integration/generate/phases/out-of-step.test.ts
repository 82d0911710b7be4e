import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';

function job(name: string): readonly EntitySchema[] {
  return [entity('job', { [name]: { type: 'text' } }, { tableName: 'job' })];
}

const PAIR: Pair = { before: job('task'), after: job('descr'), words: { renames: ['job.task:descr'] } };
const KEEPS = 'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$';

onDatabase('postgres', 'Row whose two names differ', (database) => {
  it('stops contract before a name is swapped, and is named by its key', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('expand');
      await world.as('before', async (old) => {
        await old
          .getRepository('job')
          .insert(Array.from({ length: 25 }, (_, id) => ({ id, task: `task ${id}` })));
        await old.query('ALTER TABLE job DISABLE TRIGGER zz_odb_job_task_descr');
        await old.query("UPDATE job SET descr = 'past the trigger' WHERE id > 3");
        await old.query('ALTER TABLE job ENABLE ALWAYS TRIGGER zz_odb_job_task_descr');
      });
      const expanded = await world.catalog();
      const error: unknown = await world.bring('contract').catch((one: unknown) => one);
      expect(error).to.have.property('code', 'REVISION_FAILED');
      expect((error as Error).message).to.include(
        `job: task and descr differ, so values would be lost. Nothing was renamed. Rows: 21, by id: ${Array.from({ length: 20 }, (_, id) => id + 4).join(', ')}, ... ` +
          'Something has written past the trigger zz_odb_job_task_descr. Give both the right value: UPDATE "job" SET "descr" = "task" keeps that of task, and SET "task" = "descr" that of descr. Then run the revision again. Its transaction was rolled back',
      );
      expect(await world.catalog()).to.deep.equal(expanded);
      await world.as('after', (next) => next.query('UPDATE "job" SET "descr" = "task"'));
      await world.bring('contract');
      const rows = await world.as('after', (next) => next.getRepository('job').findBy({ id: 4 }));
      expect(rows).to.deep.equal([{ id: 4, descr: 'task 4' }]);
    });
  });

  it('stops contract where something depends on the copy, which CASCADE would drop', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('expand');
      await world.as('before', (old) => old.query('CREATE VIEW seen AS SELECT id, task FROM job'));
      await world.as('before', (old) => old.query('CREATE VIEW copied AS SELECT id, descr FROM job'));
      const error: unknown = await world.bring('contract').catch((one: unknown) => one);
      expect((error as Error).message).to.match(/view copied depends on column task of table job/);
      await world.as('before', (old) => old.query('DROP VIEW copied'));
      await world.bring('contract');
      const rows = await world.as('after', (next) => next.query<readonly unknown[]>('SELECT * FROM seen'));
      expect(rows).to.deep.equal([]);
    });
  });

  for (const [what, trigger, found] of [
    [
      'a trigger of the column',
      'CREATE TRIGGER own AFTER UPDATE OF task ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
      'the trigger own',
    ],
    [
      'a trigger that runs last',
      'CREATE TRIGGER zzz BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
      'the trigger zzz',
    ],
    ['a rule', 'CREATE RULE quiet AS ON DELETE TO job DO ALSO NOTHING', 'the rule quiet'],
  ] as const)
    it(`cannot come to be: expand stops at ${what} that no revision has made`, async function () {
      this.timeout(120_000);
      await PhasedWorld.lend(database(), PAIR, async (world) => {
        await world.bring('start');
        await world.as('before', (old) => old.query(`${KEEPS}; ${trigger}`));
        const error: unknown = await world.bring('expand').catch((one: unknown) => one);
        expect((error as Error).message).to.include(
          `job.task cannot have two names in this database. It has what no revision has made: ${found}. Drop it, run the revision again, and create it again when the contract has run`,
        );
      });
    });
});
