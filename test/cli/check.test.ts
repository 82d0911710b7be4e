import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { installedCommands } from '../../src/text/installed-commands.js';
import { migrations } from '../../src/migrations/index.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { runProcess } from '../support/run-script.js';
import { check, checkFile, dataSourcePath } from './run-check.js';

const DRIFT = [
  'DROP INDEX ix_jobs_status',
  'ALTER TABLE workers ADD COLUMN extra integer',
  'DROP INDEX ix_workers_worker_id',
  'CREATE INDEX ix_workers_worker_id ON workers (worker_id)',
];
const NEXT_STEPS = `
next steps
  if the entities changed, write a revision: npm run -s db:generate -- <Name>
  if the database changed, undo that, or declare it in the entities
  if a difference may stay, accept it: npm run -s db:check -- --accept <name> --reason <why>
`;
const REPORT = `3 differences in 2 tables

jobs
  + Index jobs.ix_jobs_status is missing in the database; the entities declare columns (status).

workers
  - Column workers.extra is in the database, but no entity declares it: type integer, nullable yes.
  ~ Index workers.ix_workers_worker_id: unique is no, the entities declare yes.
${NEXT_STEPS}`;
const CHANGES = [
  {
    kind: 'add-index',
    table: 'jobs',
    object: 'ix_jobs_status',
    aspects: [],
    desired: 'columns (status)',
    live: null,
    message: 'Index jobs.ix_jobs_status is missing in the database; the entities declare columns (status).',
  },
  {
    kind: 'drop-column',
    table: 'workers',
    object: 'extra',
    aspects: [],
    desired: null,
    live: 'type integer, nullable yes',
    message:
      'Column workers.extra is in the database, but no entity declares it: type integer, nullable yes.',
  },
  {
    kind: 'alter-index',
    table: 'workers',
    object: 'ix_workers_worker_id',
    aspects: ['unique'],
    desired: 'yes',
    live: 'no',
    message: 'Index workers.ix_workers_worker_id: unique is no, the entities declare yes.',
  },
];
const UNMANAGED = ['CREATE TABLE extra (id integer)', 'CREATE VIEW seen AS SELECT 1 AS one'];
const REVISIONS = migrations.map(({ name }) => name);

async function atHead(database: TestDatabase, statements: readonly string[] = []): Promise<DataSource> {
  const dataSource = await database.connectAtHead();
  for (const sql of statements) await dataSource.query(sql);
  return dataSource;
}

eachDatabase('The check command', (database) => {
  it('check prints one line for a schema in sync and exits with 0, also as npm run db:check', async () => {
    await atHead(database());
    const { url } = database();
    const fine = { code: 0, stdout: 'in sync (7 tables)\n', stderr: '' };
    const npm = runProcess('npm', ['run', '-s', 'db:check'], { env: { DATABASE_URL: url } });
    expect(await Promise.all([check(url), npm])).to.deep.equal([fine, fine]);
  });

  it('check reports drift table by table, and exits with 2', async () => {
    await atHead(database(), DRIFT);
    expect(await check(database().url)).to.deep.equal({ code: 2, stdout: REPORT, stderr: '' });
  });

  it('check --json prints one document, in sync and drifted, with keys in a fixed order', async () => {
    const dataSource = await atHead(database());
    const { url, dialect } = database();
    const inSync = {
      status: 'in-sync',
      dialect,
      changes: [],
      accepted: [],
      uncomparable: [],
      unmanaged: [],
      pending: [],
      desiredFrom: 'manifest',
    };
    expect(await check(url, '--json')).to.deep.equal({
      code: 0,
      stdout: `${JSON.stringify(inSync)}\n`,
      stderr: '',
    });
    for (const sql of [...DRIFT, ...UNMANAGED]) await dataSource.query(sql);
    const unmanaged = [
      { kind: 'table', object: 'extra' },
      { kind: 'view', object: 'seen' },
    ];
    const drifted = { ...inSync, status: 'drifted', changes: CHANGES, unmanaged };
    expect(await check(url, '--json')).to.deep.equal({
      code: 2,
      stdout: `${JSON.stringify(drifted)}\n`,
      stderr: '',
    });
  });

  it('check exits with 2 when revisions are pending, even if the schema is in sync', async () => {
    await atHead(database(), ['DELETE FROM migrations']);
    const [text, json] = await Promise.all([check(database().url), check(database().url, '--json')]);
    expect(text).to.deep.equal({
      code: 2,
      stdout: `${REVISIONS.length} revisions pending; otherwise in sync (7 tables)\n\npending revisions\n  ${REVISIONS.join('\n  ')}\n`,
      stderr: '',
    });
    expect(json.code).to.equal(2);
    expect(JSON.parse(json.stdout))
      .to.include({ status: 'in-sync' })
      .and.to.deep.include({ pending: REVISIONS });
  });

  it('check reports every table of an empty database, and creates nothing in it', async () => {
    const dataSource = await database().connect();
    const { code, stdout } = await check(database().url, '--json');
    const report = JSON.parse(stdout) as { changes: { kind: string }[]; pending: string[] };
    expect([code, report.pending]).to.deep.equal([2, REVISIONS]);
    expect(report.changes.filter(({ kind }) => kind === 'create-table').length).to.equal(7);
    const runner = dataSource.createQueryRunner();
    for (const table of ['jobs', 'migrations', 'typeorm_metadata'])
      expect(await runner.hasTable(table)).to.equal(false);
    await runner.release();
  });

  it('check --strict counts unmanaged objects as drift, except those of --ignore', async () => {
    await atHead(database(), UNMANAGED);
    const { url } = database();
    const results = await Promise.all([
      check(url),
      check(url, '--strict'),
      check(url, '--strict', '--ignore', 'ex*'),
      check(url, '--ignore', 'extra', '--strict', '--ignore', 'seen'),
    ]);
    expect(results).to.deep.equal([
      {
        code: 0,
        stdout:
          'in sync (7 tables)\n\ndeclared by no entity (drift only with --strict)\n  table extra\n  view seen\n',
        stderr: '',
      },
      {
        code: 2,
        stdout: 'objects that no entity declares\n\ndeclared by no entity\n  table extra\n  view seen\n',
        stderr: '',
      },
      {
        code: 2,
        stdout: 'objects that no entity declares\n\ndeclared by no entity\n  view seen\n',
        stderr: '',
      },
      { code: 0, stdout: 'in sync (7 tables)\n', stderr: '' },
    ]);
  });

  it('check -d checks the DataSource of a file, and does not synchronize or migrate as its options specify', async () => {
    const dataSource = await database().connect();
    await dataSource.query('CREATE TABLE notes (id integer PRIMARY KEY NOT NULL, text varchar)');
    await dataSource.query(`INSERT INTO notes (id, text) VALUES (1, 'kept')`);
    const { code, stdout, stderr } = await checkFile('plain.ts', { PLAIN_URL: database().url });
    expect([code, stderr]).to.deep.equal([2, '']);
    expect(stdout.replace(installedCommands(NEXT_STEPS, dataSourcePath('plain.ts')), '')).to.match(
      /^1 difference in 1 table\n\nnotes\n {2}~ Column notes\.text: type is .*; nullable is .*\n$/,
    );
    expect(await dataSource.query('SELECT text FROM notes')).to.deep.equal([{ text: 'kept' }]);
    await dataSource.query('DROP TABLE notes');
    await dataSource.query('CREATE TABLE notes (id integer PRIMARY KEY NOT NULL, text text NOT NULL)');
    expect(await checkFile('plain.ts', { PLAIN_URL: database().url })).to.deep.equal({
      code: 0,
      stdout: 'in sync (1 table)\n',
      stderr: '',
    });
  });
});
