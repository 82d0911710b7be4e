import { expect } from 'chai';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { entities } from '../../src/entities/index.js';
import { migrations } from '../../src/migrations/index.js';
import { acceptedPlace } from '../support/accepted-file.js';
import { dumpOf, execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { problemsOf } from '../support/json-schemas.js';
import { runCommandHere } from '../support/run-shelves.js';

const OWN = { entities, migrations };
const DRIFT = [
  'DROP INDEX ix_jobs_status',
  'DROP INDEX ix_workers_worker_id',
  'CREATE INDEX ix_workers_worker_id ON workers (worker_id)',
  'ALTER TABLE workers ADD COLUMN extra integer',
  'ALTER TABLE jobs DROP COLUMN task_description',
];
const DECIDE = ['', '-- You decide about the following. It is not part of the script.'];
const MISSING =
  '-- jobs.task_description: new column, text, not null (a new NOT NULL column without a default: existing rows have no value for it';
const DROPPED = [
  '-- workers.extra: column dropped (the column is dropped with its values)',
  '--   ALTER TABLE "workers" DROP COLUMN "extra";',
];
const SCRIPT = {
  sqlite: [
    '-- SQLite: nothing was executed, and these statements are not verified. Read them before you run them.',
    '',
    'BEGIN;',
    '-- ix_jobs_status: new index of jobs (status)',
    'CREATE INDEX "ix_jobs_status" ON "jobs" ("status");',
    '-- ix_workers_worker_id: index of workers, now unique',
    'DROP INDEX "ix_workers_worker_id";',
    'CREATE UNIQUE INDEX "ix_workers_worker_id" ON "workers" ("worker_id");',
    'COMMIT;',
    ...DECIDE,
    `${MISSING}; SQLite rebuilds the table. Do that in a revision: its run keeps triggers, and the rows that refer to the table)`,
    ...DROPPED,
  ],
  postgres: [
    '-- PostgreSQL: nothing was executed, and these statements are not verified. Read them before you run them.',
    '',
    'BEGIN;',
    '-- ix_workers_worker_id: index of workers, now unique',
    'ALTER INDEX "ix_workers_worker_id" RENAME TO "ix_workers_worker_id_replaced";',
    'COMMIT;',
    '',
    '-- Outside a transaction:',
    '-- ix_jobs_status: new index of jobs (status)',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_jobs_status" ON "jobs" ("status");',
    '',
    '-- Outside a transaction:',
    '-- ix_workers_worker_id: index of workers, now unique',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "ix_workers_worker_id" ON "workers" ("worker_id");',
    '',
    '-- Outside a transaction:',
    '-- ix_workers_worker_id: index of workers, now unique',
    'DROP INDEX CONCURRENTLY IF EXISTS "ix_workers_worker_id_replaced";',
    ...DECIDE,
    `${MISSING})`,
    '--   ALTER TABLE "jobs" ADD COLUMN "task_description" text NOT NULL;',
    ...DROPPED,
  ],
};

interface RepairJson {
  readonly repair: {
    readonly parts: readonly { readonly statements: readonly string[] }[];
    readonly undecided: readonly { readonly statements: readonly string[] }[];
  };
}

eachDatabase('The command check --repair', (database) => {
  const place = acceptedPlace();
  const run = (...args: readonly string[]) => runCommandHere(OWN, database().url, ['check', ...args]);
  const repairOf = async (...args: readonly string[]) => {
    const { stdout } = await run('--repair', '--json', ...args);
    expect(problemsOf('check', JSON.parse(stdout))).to.deep.equal([]);
    const { parts, undecided } = (JSON.parse(stdout) as RepairJson).repair;
    return {
      statements: parts.flatMap(({ statements }) => statements),
      undecided: undecided.flatMap(({ statements }) => statements),
    };
  };

  it('check --repair prints a script in which drops and missing values are comments, and runs nothing', async () => {
    await database().connectAtHead();
    await execute(database(), DRIFT);
    const before = await dumpOf(database());
    const { code, stdout, stderr } = await run('--repair');
    expect([code, stderr.split('\n')[0]]).to.deep.equal([2, '4 differences in 2 tables']);
    expect(stdout.split('\n').slice(0, -1)).to.deep.equal(SCRIPT[database().dialect]);
    expect(await dumpOf(database())).to.deep.equal(before);
  });

  it('The statements of check --repair leave only what a person decides about', async () => {
    await database().connectAtHead();
    await execute(database(), DRIFT);
    const { statements, undecided } = await repairOf();
    await execute(database(), statements);
    expect((await run()).stdout.split('\n')[0]).to.equal('2 differences in 2 tables');
    expect((await repairOf()).statements).to.deep.equal([]);
    await execute(database(), undecided);
    const left = database().dialect === 'postgres' ? 'in sync (7 tables)' : '1 difference in 1 table';
    expect((await run()).stdout.split('\n')[0]).to.equal(left);
  });

  it('check --repair leaves accepted differences', async () => {
    await database().connectAtHead();
    await execute(database(), DRIFT);
    const file = ['--accepted', place().path];
    await run('--accept', 'jobs.*', 'workers.extra', '--reason', 'kept', ...file);
    const { statements, undecided } = await repairOf(...file);
    expect(undecided).to.deep.equal([]);
    await execute(database(), statements);
    expect((await run(...file)).stdout.split('\n')[0]).to.equal('in sync (7 tables), 3 accepted differences');
  });

  it('check --repair shows nothing while revisions are pending, and changes no file', async () => {
    await database().connectAtHead();
    await execute(database(), [...DRIFT, `DELETE FROM migrations WHERE name LIKE 'WorkersAndJobs%'`]);
    expect(await run('--repair')).to.deep.equal({
      code: 3,
      stdout: '',
      stderr:
        'error: No statements are shown. Pending revisions may remove the differences: WorkersAndJobs1795663574228. Apply them first: npm run -s db:up\n',
    });
    for (const option of [['--accept', '--reason', 'kept'], ['--prune']])
      expect(await run('--repair', ...option)).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: 'error: --repair only prints SQL: run it without --accept and --prune\n',
      });
  });
});

const LINES = `a <> 'one\n\ttwo\nDROP TABLE notes'`;

@Entity('notes')
@Index('ix_notes_a', ['a'], { where: LINES })
class Note {
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_notes' })
  id!: number;

  @Column({ type: 'text', nullable: true })
  a!: string | null;
}

eachDatabase('The script of check --repair', (database) => {
  const check = (...args: readonly string[]) =>
    runCommandHere({ entities: [Note], migrations: [] }, database().url, ['check', ...args]);

  it('The script of check --repair keeps the line breaks of a text', async () => {
    await execute(database(), [
      'CREATE TABLE notes (id integer NOT NULL, a text, CONSTRAINT pk_notes PRIMARY KEY (id))',
    ]);
    const { stdout } = await check('--repair');
    expect(stdout).to.contain(`("a") WHERE ${LINES};\n`);
    await execute(database(), stdout.trim().split(/;\n/));
    expect((await check()).stdout.split('\n')[0]).to.equal('in sync (1 table)');
  });
});

onDatabase('sqlite', 'The command check --repair on SQLite', (database) => {
  it('check --repair shows the rebuild of a table as comments, since a script would lose triggers and rows', async () => {
    await database().connectAtHead();
    await execute(database(), [
      'DROP INDEX ix_jobs_status',
      'DROP TABLE users',
      `CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, username varchar(64) NOT NULL)`,
    ]);
    const { stdout } = await runCommandHere(OWN, database().url, ['check', '--repair']);
    const [script = '', comments = ''] = stdout.split('\n-- You decide about the following.');
    expect(script).to.contain('CREATE INDEX "ix_jobs_status"').and.not.to.contain('users');
    expect(comments).to.match(/\(SQLite rebuilds the table\. Do that in a revision: /);
    expect(comments).to.contain('--   DROP TABLE "users";');
    expect(
      comments
        .split('\n')
        .slice(1)
        .every((line) => line === '' || line.startsWith('-- ')),
    ).to.equal(true);
  });
});

onDatabase('postgres', 'The command check --repair on PostgreSQL', (database) => {
  const place = acceptedPlace();

  it('check --repair removes one aspect of a column whose other aspect is accepted', async () => {
    await database().connectAtHead();
    await execute(database(), [
      `COMMENT ON COLUMN workers.worker_id IS 'old'`,
      `ALTER TABLE workers ALTER worker_id SET DEFAULT 'x'`,
    ]);
    const run = (...args: readonly string[]) =>
      runCommandHere(OWN, database().url, ['check', ...args, '--accepted', place().path]);
    await run('--accept', '--reason', 'kept');
    await execute(database(), [`ALTER TABLE workers ALTER worker_id TYPE varchar(10)`]);
    const { stdout } = await run('--repair');
    expect(stdout.split('\n').filter((line) => /^[A-Z]/.test(line))).to.deep.equal([
      'BEGIN;',
      'ALTER TABLE "workers" ALTER COLUMN "worker_id" TYPE character varying(100);',
      'COMMIT;',
    ]);
  });
});
