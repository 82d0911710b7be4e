import { expect } from 'chai';
import type { DataSource, EntitySchema } from 'typeorm';
import { migrateUp } from '../../../../src/migrator/migrate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { PhasedWorld, type Pair } from './phased-world.js';

function job(name: string): readonly EntitySchema[] {
  return [entity('job', { [name]: { type: 'text' } }, { tableName: 'job' })];
}

const PAIR: Pair = { before: job('task'), after: job('descr'), words: { renames: ['job.task:descr'] } };
const KEEPS = 'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$';

const LAST = 'CREATE TRIGGER zzz BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION keeps()';
const DROP =
  '. Where this names an ALTER TRIGGER, run that. Drop anything else, and create it again when the contract has run. Then run the revision again';
const BEHIND =
  ' (its name sorts after zz_odb_, so it would run after our trigger and could overwrite what that writes: ALTER TRIGGER zzz ON "job" RENAME TO a_zzz)';

const TRIGGER = 'zz_odb_job_task_descr';
const CHECK = 'CHECK (NOT pg_catalog.record_image_ne(ROW("task"), ROW("descr"))) NOT VALID';

/** What only a person can do who drops the check by which both names agree. */
async function writePast(dataSource: DataSource): Promise<void> {
  await dataSource
    .getRepository('job')
    .insert(Array.from({ length: 25 }, (_, id) => ({ id, task: `task ${id}` })));
  await dataSource.query(`ALTER TABLE job DISABLE TRIGGER ${TRIGGER}, DROP CONSTRAINT ${TRIGGER}`);
  await dataSource.query("UPDATE job SET descr = 'past the trigger' WHERE id > 3");
  await dataSource.query(`ALTER TABLE job ENABLE ALWAYS TRIGGER ${TRIGGER}`);
}

const DIFFER =
  `job: task and descr differ, so values would be lost. Nothing was renamed. Rows: 21, by id: ${Array.from({ length: 20 }, (_, id) => id + 4).join(', ')}, ... ` +
  `Something has written past the trigger ${TRIGGER}. Give both the right value: UPDATE "job" SET "descr" = "task" keeps that of task, and SET "task" = "descr" that of descr. Then run the revision again. Its transaction was rolled back`;
const MISSING =
  `job: the check ${TRIGGER}, which keeps task and descr equal, is missing or was violated meanwhile. Nothing was renamed. ` +
  `If it is missing, run: ALTER TABLE "job" ADD CONSTRAINT "${TRIGGER}" ${CHECK}; ALTER TABLE "job" VALIDATE CONSTRAINT "${TRIGGER}"; Then run the revision again`;

async function failureIn(world: PhasedWorld, stage: 'expand' | 'contract'): Promise<string> {
  const error: unknown = await world.bring(stage).catch((one: unknown) => one);
  expect(error).to.have.property('code', 'REVISION_FAILED');
  return (error as Error).message;
}

/** Runs expand up to the proof that both names agree, which is its last revision. */
function bringBeforeProof(world: PhasedWorld): Promise<unknown> {
  const [target = ''] = world.ids('expand').slice(-2);
  return world.as('after', (next) => migrateUp(next, { target }));
}

onDatabase('postgres', 'Row whose two names differ', (database) => {
  it('cannot be written past the trigger while the check is there', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await bringBeforeProof(world);
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 1, task: 'one' });
        await old.query(`ALTER TABLE job DISABLE TRIGGER ${TRIGGER}`);
        const error: unknown = await old.query("UPDATE job SET descr = 'past'").catch((one: unknown) => one);
        expect(error).to.have.nested.property('driverError.constraint', TRIGGER);
      });
    });
  });

  it('stops expand, and is named by its key', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await bringBeforeProof(world);
      await world.as('before', writePast);
      await world.as('before', (old) => old.query(`ALTER TABLE job ADD CONSTRAINT ${TRIGGER} ${CHECK}`));
      const before = await world.catalog();
      expect(await failureIn(world, 'expand')).to.include(DIFFER);
      expect(await world.catalog()).to.deep.equal(before);
      await world.as('before', (old) => old.query('UPDATE "job" SET "descr" = "task"'));
      await world.bring('contract');
      const rows = await world.as('after', (next) => next.getRepository('job').findBy({ id: 4 }));
      expect(rows).to.deep.equal([{ id: 4, descr: 'task 4' }]);
    });
  });

  it('stops contract before a name is swapped where the check was dropped by hand', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('expand');
      await world.as('before', writePast);
      const expanded = await world.catalog();
      expect(await failureIn(world, 'contract')).to.include(DIFFER);
      await world.as('after', (next) => next.query('UPDATE "job" SET "descr" = "task"'));
      expect(await failureIn(world, 'contract')).to.include(MISSING);
      expect(await world.catalog()).to.deep.equal(expanded);
      const [, add = ''] = /run: (.*;) Then/.exec(MISSING) ?? [];
      await world.as('after', (next) => next.query(add));
      await world.bring('contract');
      const rows = await world.as('after', (next) => next.getRepository('job').findBy({ id: 4 }));
      expect(rows).to.deep.equal([{ id: 4, descr: 'task 4' }]);
    });
  });

  it('is looked for while processes write their heartbeats, and not again by the swap', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await bringBeforeProof(world);
      await world.as('before', async (old) => {
        await old.getRepository('job').insert({ id: 1, task: 'one' });
        await old.query(
          `CREATE SEQUENCE calls;
           CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS
             $$ BEGIN PERFORM nextval('calls'); PERFORM pg_sleep(2); RETURN true; END $$;
           ALTER TABLE job DROP CONSTRAINT ${TRIGGER}, ADD CONSTRAINT ${TRIGGER} CHECK (slow()) NOT VALID`,
        );
      });
      const calls = (): Promise<number> =>
        world.as('before', async (old) => {
          const [row] = await old.query<readonly { readonly n: number }[]>(
            'SELECT CASE WHEN is_called THEN last_value ELSE 0 END::integer AS n FROM calls',
          );
          return row?.n ?? -1;
        });
      let proven = false;
      const proof = world.bring('expand').then(() => (proven = true));
      while ((await calls()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await world.as('before', (old) =>
        old.query(
          `SET lock_timeout = '500ms'; INSERT INTO migrations_heartbeat ("replica", "version", "host", "pid") VALUES ('r1', '1', 'web', 7)`,
        ),
      );
      expect(proven).to.equal(false);
      await proof;
      await world.bring('contract');
      expect(await calls()).to.equal(1);
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

  for (const [what, trigger, words] of [
    [
      'a trigger of the column',
      'CREATE TRIGGER own AFTER UPDATE OF task ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
      `the trigger own${DROP}`,
    ],
    ['a trigger that runs last', LAST, `the trigger zzz${BEHIND}${DROP}`],
    ['a rule', 'CREATE RULE quiet AS ON DELETE TO job DO ALSO NOTHING', `the rule quiet${DROP}`],
    [
      'a trigger that runs last, and a rule',
      `${LAST}; CREATE RULE quiet AS ON DELETE TO job DO ALSO NOTHING`,
      `the rule quiet, the trigger zzz${BEHIND}${DROP}`,
    ],
  ] as const)
    it(`cannot come to be: expand stops at ${what} that no revision has made`, async function () {
      this.timeout(120_000);
      await PhasedWorld.lend(database(), PAIR, async (world) => {
        await world.bring('start');
        await world.as('before', (old) => old.query(`${KEEPS}; ${trigger}`));
        const error: unknown = await world.bring('expand').catch((one: unknown) => one);
        expect((error as Error).message).to.include(
          `job.task cannot have two names in this database. It has what no revision has made: ${words}`,
        );
      });
    });

  it('cannot come to be: expand stops at a child table that no revision has made', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.query('CREATE TABLE heir () INHERITS (job)'));
      const error: unknown = await world.bring('expand').catch((one: unknown) => one);
      expect((error as Error).message).to.include(
        'job.task cannot serve two releases in this database. It has what no revision has made: the table heir, which inherits from it. The trigger that serves them does not fire for rows of a child table, so writes there would fail. Generate the change again with --one-step',
      );
      await world.as('before', (old) => old.query('ALTER TABLE heir NO INHERIT job'));
      await world.bring('contract');
    });
  });

  it('can come to be under a trigger that ran last, once it is renamed as the error says', async function () {
    this.timeout(120_000);
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.query(`${KEEPS}; ${LAST}`));
      const error: unknown = await world.bring('expand').catch((one: unknown) => one);
      const [, rename = ''] = /(ALTER TRIGGER [^)]*)\)/.exec((error as Error).message) ?? [];
      await world.as('before', (old) => old.query(rename));
      await world.bring('contract');
    });
  });
});
