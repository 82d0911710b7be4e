import { expect } from 'chai';
import { entities } from '../../src/entities/index.js';
import { migrations } from '../../src/migrations/index.js';
import { acceptedPlace } from '../support/accepted-file.js';
import { actAsThisPackage } from '../support/acting.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { problemsOf } from '../support/json-schemas.js';
import { runProcess } from '../support/run-script.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { runCommandHere } from '../support/run-shelves.js';
import type { ProcessResult } from '../support/run-script.js';

const OWN = { entities, migrations };
const DRIFT = ['DROP INDEX ix_jobs_status', 'ALTER TABLE workers ADD COLUMN extra integer'];
const REPAIRED = ['CREATE INDEX ix_jobs_status ON jobs (status)'];

/** The entries for DRIFT, as the file has them. */
function entriesFor({ dialect }: TestDatabase, reason: string): readonly object[] {
  const key = { column: 'status', order: 'ASC', nulls: 'LAST' };
  const index = { name: 'ix_jobs_status', keys: [key], unique: false, nulls: 'distinct', method: 'btree' };
  return [
    {
      ...{ dialect, kind: 'add-index', table: 'jobs', object: 'ix_jobs_status' },
      ...{ desired: { ...index, valid: true }, live: null, reason },
    },
    {
      ...{ dialect, kind: 'drop-column', table: 'workers', object: 'extra', desired: null },
      ...{ live: { name: 'extra', type: 'integer', nullable: true }, reason },
    },
  ];
}

eachDatabase('Accepted differences', (database) => {
  const place = acceptedPlace();
  const run = (command: string, ...args: readonly string[]): Promise<ProcessResult> =>
    runCommandHere(OWN, database().url, [command, ...args, '--accepted', place().path]);
  const drifted = async () => {
    await database().connectAtHead();
    await execute(database(), DRIFT);
  };

  it('check --accept writes each difference with its reason, and check is then in sync', async () => {
    await drifted();
    const { path } = place();
    const accepted = await run('check', '--accept', '--reason', ' made by hand in 2021 ');
    const report = `in sync (7 tables), 2 accepted differences

accepted differences
  made by hand in 2021
    + Index jobs.ix_jobs_status is missing in the database; the entities declare columns (status).
    - Column workers.extra is in the database, but no entity declares it: type integer, nullable yes.
`;
    expect(accepted).to.deep.equal({
      code: 0,
      stdout: `accepted 2 differences in ${path}\n${report}`,
      stderr: '',
    });
    expect(await place().entries()).to.deep.equal(entriesFor(database(), 'made by hand in 2021'));
    expect(problemsOf('accepted-drift', JSON.parse((await place().text()) ?? ''))).to.deep.equal([]);
    expect(await run('check')).to.deep.equal({ code: 0, stdout: report, stderr: '' });
  });

  it('check --accept with names accepts only the objects that match, and the others still fail', async () => {
    await drifted();
    const { path } = place();
    const { code, stdout } = await run('check', '--accept', 'workers.*', '--reason', 'kept for a report');
    expect(code).to.equal(2);
    expect(stdout).to.match(/^accepted 1 difference in .*\n1 difference in 1 table, 1 accepted difference\n/);
    expect(await place().entries()).to.have.length(1);
    expect(await run('check', '--accept', 'worker.extra', '--reason', 'kept')).to.deep.equal({
      code: 64,
      stdout: '',
      stderr:
        'error: --accept: no difference has the name "worker.extra". Differences: jobs.ix_jobs_status.\n',
    });
    expect((await place().entries()).length, path).to.equal(1);
  });

  it('A second check --accept keeps the reasons of the first, and the file stays sorted', async () => {
    await drifted();
    await run('check', '--accept', 'workers.extra', '--reason', 'kept for a report');
    expect((await run('check', '--accept', '--reason', 'dropped in an outage')).code).to.equal(0);
    const first = await place().text();
    const reasons = (await place().entries()).map(({ object, reason }) => [object, reason]);
    expect(reasons).to.deep.equal([
      ['ix_jobs_status', 'dropped in an outage'],
      ['extra', 'kept for a report'],
    ]);
    const again = await run('check', '--accept', '--reason', 'another reason');
    expect(again.stdout.split('\n')[0]).to.equal(`accepted nothing in ${place().path}`);
    expect(await place().text()).to.equal(first);
  });

  it('check --json lists accepted differences apart from the others', async () => {
    await drifted();
    await run('check', '--accept', 'jobs.*', '--reason', 'dropped in an outage');
    const { code, stdout } = await run('check', '--json');
    const report = JSON.parse(stdout) as { readonly accepted: unknown; readonly changes: unknown[] };
    expect(problemsOf('check', report)).to.deep.equal([]);
    expect([code, report.changes.length]).to.deep.equal([2, 1]);
    expect(report.accepted).to.deep.equal([
      {
        ...{ kind: 'add-index', table: 'jobs', object: 'ix_jobs_status', aspects: [] },
        ...{ desired: 'columns (status)', live: null },
        message:
          'Index jobs.ix_jobs_status is missing in the database; the entities declare columns (status).',
        reason: 'dropped in an outage',
      },
    ]);
    const accepting = await run('check', '--accept', '--reason', 'kept', '--json');
    expect(accepting.code).to.equal(0);
    expect(accepting.stderr).to.equal(`accepted 1 difference in ${place().path}\n`);
    expect(JSON.parse(accepting.stdout)).to.include({ status: 'in-sync' });
  });

  it('Another difference of the same object is not accepted', async () => {
    await drifted();
    await run('check', '--accept', '--reason', 'kept');
    await execute(database(), ['CREATE INDEX ix_jobs_status ON jobs (job_id)']);
    const { code, stdout, stderr } = await run('check');
    const words = 'Index jobs.ix_jobs_status: columns are (job_id), the entities declare (status).';
    expect(code).to.equal(64);
    expect(stdout)
      .to.match(/^1 difference in 1 table, 1 accepted difference\n/)
      .and.to.contain(words);
    expect(stderr).to.contain(`add-index jobs.ix_jobs_status: the difference is another one now. ${words}\n`);
  });

  it('check exits with 64 and names an entry that matches no difference any more; --prune removes it', async () => {
    await drifted();
    await run('check', '--accept', '--reason', 'kept');
    await execute(database(), REPAIRED);
    const before = await place().text();
    const lines = [
      `${place().path}: this entry matches no difference of the database.`,
      'add-index jobs.ix_jobs_status: the database has no such difference',
      'If the file belongs to this database, remove them: run the same check with --prune. Another database needs a file of its own: --accepted <file>.',
    ];
    const stale = await run('check');
    expect([stale.code, stale.stdout.split('\n')[0]]).to.deep.equal([
      64,
      'in sync (7 tables), 1 accepted difference',
    ]);
    expect(stale.stderr).to.equal(`error: ${lines.join('\n  ')}\n`);
    const json = await run('check', '--json');
    expect([json.code, problemsOf('error', JSON.parse(json.stdout))]).to.deep.equal([64, []]);
    expect(JSON.parse(json.stdout)).to.deep.equal({
      status: 'failed',
      error: {
        code: 'ACCEPTED_DRIFT_STALE',
        message: lines.join(' '),
        differences: [],
        stale: [lines[1]],
      },
    });
    expect((await run('check', '--accept', '--reason', 'kept')).code).to.equal(64);
    expect(await place().text()).to.equal(before);

    const pruned = await run('check', '--prune');
    expect([pruned.code, pruned.stdout.split('\n')[0]]).to.deep.equal([
      0,
      `removed 1 difference from ${place().path}`,
    ]);
    expect((await place().entries()).map(({ object }) => object)).to.deep.equal(['extra']);
    expect((await run('check')).code).to.equal(0);
  });

  it('An entry for the other kind of database is passed over', async () => {
    await drifted();
    const other = database().dialect === 'postgres' ? 'sqlite' : 'postgres';
    const accepted = entriesFor(database(), 'kept').map((entry) => ({ ...entry, dialect: other }));
    await place().put({ version: 1, accepted });
    const { code, stdout, stderr } = await run('check');
    expect([code, stdout.split('\n')[0], stderr]).to.deep.equal([2, '2 differences in 2 tables', '']);
    await run('check', '--accept', '--reason', 'kept here too');
    expect((await place().entries()).map(({ dialect }) => dialect)).to.deep.equal([
      ...['postgres', 'postgres', 'sqlite', 'sqlite'],
    ]);
    expect((await run('check')).code).to.equal(0);
  });

  it('check exits with 64 for an entry whose table no entity declares', async () => {
    await database().connectAtHead();
    const [, entry] = entriesFor(database(), 'kept');
    await place().put({ version: 1, accepted: [{ ...entry, table: 'invoices' }] });
    const { code, stderr } = await run('check');
    expect(code).to.equal(64);
    expect(stderr.split('\n')[1]).to.equal(
      '  drop-column invoices.extra: no entity declares invoices; the file may belong to another database',
    );
  });

  it('check --accept refuses while revisions are pending, and entries are not stale until then', async () => {
    await drifted();
    await run('check', '--accept', '--reason', 'kept');
    await execute(database(), [...REPAIRED, `DELETE FROM migrations WHERE name LIKE 'WorkersAndJobs%'`]);
    const { code, stderr } = await run('check');
    expect([code, stderr]).to.deep.equal([2, '']);
    expect(await run('check', '--accept', '--reason', 'kept')).to.deep.equal({
      code: 3,
      stdout: '',
      stderr:
        'error: Nothing was accepted. Pending revisions may explain the differences: WorkersAndJobs1795663574228. Apply them first: npm run -s db:up\n',
    });
  });

  it('check --accept refuses an empty database, since its missing tables must be named', async () => {
    expect(await run('check', '--accept', '--reason', 'kept').then(({ code }) => code)).to.be.oneOf([1, 3]);
    await database().connect();
    await execute(database(), ['CREATE TABLE other (id integer)']);
    expect(await run('check', '--accept', '--reason', 'kept')).to.deep.equal({
      code: 3,
      stdout: '',
      stderr:
        'error: Nothing was accepted. The database lacks tables: idempotency_keys ... workers, 7 in all. Create them, or name every object that you accept: --accept <name...>\n',
    });
    expect(await place().text()).to.equal(undefined);
  });

  it('stamp head records a database whose differences are accepted, and warns of an entry for another table', async () => {
    await drifted();
    const lost = ['migrations_attempt', 'migrations_run', 'migrations'].map((table) => `DROP TABLE ${table}`);
    await execute(database(), lost);
    expect((await runCommandHere(OWN, database().url, ['stamp', 'head'])).code).to.equal(3);
    expect((await run('check', '--accept', '--reason', 'kept')).code).to.equal(2);
    const accepted = await place().entries();
    await place().put({ version: 1, accepted: [...accepted, { ...accepted[0], table: 'invoices' }] });
    const { code, stderr } = await run('stamp', 'head');
    expect([code, stderr]).to.deep.equal([
      0,
      `warning: ${place().path}: add-index invoices.ix_jobs_status: no entity declares invoices; the file may belong to another database; check --prune removes the entry\n`,
    ]);
  });

  it('init completes with accepted differences, and lists them', async () => {
    await drifted();
    await run('check', '--accept', '--reason', 'kept');
    await execute(database(), REPAIRED);
    const { code, stdout, stderr } = await run('init', '--env', 'production', '--json');
    expect(problemsOf('init', JSON.parse(stdout))).to.deep.equal([]);
    expect([code, (JSON.parse(stdout) as { readonly accepted: unknown }).accepted]).to.deep.equal([
      0,
      [
        {
          ...{ kind: 'drop-column', table: 'workers', reason: 'kept' },
          message:
            'Column workers.extra is in the database, but no entity declares it: type integer, nullable yes.',
        },
      ],
    ]);
    expect(stderr.split('\n').slice(2, 5)).to.deep.equal([
      `warning: ${place().path}: add-index jobs.ix_jobs_status: the database has no such difference; check --prune removes the entry`,
      'schema in sync with the entities (7 tables)',
      '  accepted (kept): Column workers.extra is in the database, but no entity declares it: type integer, nullable yes.',
    ]);
  });

  it('check reads accepted-drift.json of the working directory', async () => {
    await drifted();
    await run('check', '--accept', '--reason', 'kept');
    actAsThisPackage(place().folder);
    const script = compiledCopy().compiled('scripts/orchestrator-db.ts');
    const { code, stdout } = await runProcess(process.execPath, [script, 'check'], {
      env: { DATABASE_URL: database().url },
      cwd: place().folder,
    });
    expect([code, stdout.split('\n')[0]]).to.deep.equal([0, 'in sync (7 tables), 2 accepted differences']);
  });
});
