import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity, type Columns } from '../../drift/no-false-alarm-database.js';
import { view } from '../view-world.js';
import { FORMER, job, RENAMED, state, WORDS } from './enum-jobs.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

/** A check that names the value and an index, in a group that begins with the new value. */
const RENAMING: Pair = {
  before: [job(state(FORMER, { default: 'queued' }), named('queued'))],
  after: [job(state(RENAMED, { default: 'waiting' }), named('waiting'))],
  words: WORDS,
};

/** A new value beside the drop of a column. */
const ADDING: Pair = {
  before: [job({ ...state(FORMER), former: { type: 'text', nullable: true } }, { indices: [index()] })],
  after: [job(state([...FORMER, 'late']), { indices: [index()] })],
  words: { drops: ['job.former'] },
};

/** The same of a key, with what may stand around it. */
const SURROUNDED: Pair = {
  before: keyed(FORMER, { former: { type: 'text', nullable: true } }),
  after: keyed([...FORMER, 'late'], {}),
  words: { drops: ['job.former'] },
  byHand: [
    'ALTER TABLE job ENABLE ROW LEVEL SECURITY',
    `CREATE POLICY "not done" ON job USING (st <> 'done')`,
    'GRANT SELECT (st), UPDATE (st) ON job TO pg_monitor WITH GRANT OPTION',
    `COMMENT ON TYPE job_st_enum IS 'what it is about'`,
  ],
};

function keyed(values: readonly string[], more: Columns): readonly EntitySchema[] {
  const key = { name: 'fk', target: 'job', columnNames: ['job', 'st'], referencedColumnNames: ['id', 'st'] };
  const columns = { job: { type: 'integer' }, ...state(values, { enumName: 'job_st_enum' }) } as const;
  return [
    job({ id: { type: 'integer', primary: true }, ...state(values, { primary: true }), ...more }),
    entity('note', columns, { tableName: 'note', foreignKeys: [key] }),
    view('seen', 'SELECT id, st FROM job'),
  ];
}

function index() {
  return { name: 'ix', columns: ['st'] };
}

function named(value: string) {
  return { indices: [index()], checks: [{ name: 'ck', expression: `st <> '${value}' OR id > 0` }] };
}

onDatabase('postgres', 'Way back from expand of an enumerated type', (database) => {
  it('is left at any revision, and up removes what it has made until then', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), RENAMING, async (world) => {
      const expand = world.ids('expand');
      expect(expand.map((id) => id.replace(/\d+$/, ''))).to.deep.equal([
        'ChangeDownCheck',
        'ChangeValues',
        'ChangeDownFinish',
        'ChangeDownValidate',
        'ChangeDownBuildIxNew',
        'ChangeDownConstrain',
        'ChangeDownBackfillJobStNew',
        'ChangeDownColumns',
      ]);
      await world.bring('expand');
      await world.as('after', (next) =>
        next.query(`INSERT INTO job (id, st) VALUES (1, 'queued'), (2, 'waiting')`),
      );
      const [expanded, file] = [await world.catalog(), await fileOf(world)];
      for (const target of expand.slice(1, -1).toReversed()) {
        await world.as('after', (next) => migrateDown(next, { target }));
        expect(await world.catalog()).to.not.deep.equal(expanded);
        await world.as('before', (old) => old.query(`INSERT INTO job (id) SELECT max(id) + 1 FROM job`));
        await world.as('after', (next) => migrateUp(next, { target: expand.at(-1) ?? '' }));
        expect(compareCatalogs(expanded, await world.catalog())).to.deep.equal([]);
      }
      await world.bring('start');
      expect(await fileOf(world)).to.deep.equal(file);
      const rows = await world.as('before', (old) => old.query<unknown>('SELECT DISTINCT st FROM job'));
      expect(rows).to.deep.equal([{ st: 'queued' }]);
      await world.bring('expand');
      expect(compareCatalogs(expanded, await world.catalog())).to.deep.equal([]);
    });
  });

  it('stops before anything changes where rows have a value that only the newer release knows', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), ADDING, async (world) => {
      await world.bring('start');
      const start = await world.catalog();
      await world.bring('expand');
      await world.as('after', (next) =>
        next.getRepository('job').insert([
          { id: 1, st: 'late' },
          { id: 2, st: 'done' },
        ]),
      );
      const [expanded, file] = [await world.catalog(), await fileOf(world)];
      const error: unknown = await world.bring('start').catch((one: unknown) => one);
      expect((error as Error).message).to.include(
        'job.st: rows contain late, which job_st_enum no longer allows. Rows: 1, by id: 1. Update these rows, then run the revision again.',
      );
      expect(compareCatalogs(expanded, await world.catalog())).to.deep.equal([]);
      await world.as('after', (next) => next.query(`UPDATE job SET st = 'new' WHERE st = 'late'`));
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
      expect(await fileOf(world)).to.deep.equal(file);
      const rows = await world.as('before', (old) => old.getRepository('job').find({ order: { id: 'ASC' } }));
      expect(rows.map(({ st }) => st as unknown)).to.deep.equal(['new', 'done']);
    });
  });

  it('gives a key, what refers to it, rights, a policy and a view the former type, and rewrites nothing', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), SURROUNDED, async (world) => {
      await world.bring('start');
      await world.as('before', (old) =>
        old.query(
          `INSERT INTO job (id, st) VALUES (1, 'queued'); INSERT INTO note (id, job, st) VALUES (1, 1, 'queued')`,
        ),
      );
      const [start, file] = [await world.catalog(), await fileOf(world)];
      await world.bring('expand');
      expect(await fileOf(world)).to.deep.equal(file);
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
      expect(await fileOf(world)).to.deep.equal(file);
      expect(await world.as('before', (old) => old.query<unknown>('SELECT id, st FROM seen'))).to.deep.equal([
        { id: 1, st: 'queued' },
      ]);
    });
  });

  it('leaves a column of the temporary name alone that no revision has made', async function () {
    this.timeout(240_000);
    await PhasedWorld.lend(database(), RENAMING, async (world) => {
      await world.bring('start');
      await world.as('before', (old) => old.query('ALTER TABLE job ADD COLUMN st_new text'));
      await world.bring('expand');
      expect((await world.catalog()).join('\n')).to.include('st_new');
    });
  });

  it('rewrites the table where a second column cannot replace the first, which a warning announces', async function () {
    this.timeout(240_000);
    const computed: Columns = {
      g: { type: 'boolean', nullable: true, asExpression: `st = 'new'`, generatedType: 'STORED' },
    };
    const [before] = [job({ ...state(FORMER), ...computed, former: { type: 'text', nullable: true } })];
    const after = job({ ...state([...FORMER, 'late']), ...computed });
    const pair = { before: [before], after: [after], words: ADDING.words ?? {} };
    await PhasedWorld.lend(database(), pair, async (world) => {
      expect(world.report.warnings).to.deep.equal([
        '`down` of expand rewrites the tables and locks them meanwhile: job_st_enum, which loses late: the column job.g is computed from it. Drop it in an earlier revision and add it again in a later one.',
      ]);
      await world.bring('start');
      const start = await world.catalog();
      await world.bring('expand');
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
    });
  });
});

/** The files of the tables, which are other ones after a rewrite. */
async function fileOf(world: PhasedWorld): Promise<unknown> {
  return world.as('after', (one) =>
    one.query("SELECT pg_relation_filenode('job') AS job, pg_relation_filenode(to_regclass('note')) AS note"),
  );
}
