import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { eachDatabase } from '../../../support/databases.js';
import { generateProject, withoutStamps, type GenerateProject } from '../../../support/generate-here.js';
import { entity } from '../../drift/no-false-alarm-database.js';

function job(value: string): readonly Function[] {
  const st = { type: 'simple-enum', enum: ['new', value], default: value } as const;
  return [entity('job', { st }, { tableName: 'job' })] as readonly EntitySchema[] as never;
}

eachDatabase('Renamed value of a group for both databases', (database) => {
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  it('has all work of SQLite in the revision that it is named for, and keeps rows up and down', async function () {
    this.timeout(120_000);
    await project.succeed(job('queued'), 'Initial', '--phases');
    const words = ['--rename', 'job.st.queued:waiting', '--allow-rewrite', '--phases'];
    await project.succeed(job('waiting'), 'Wait', ...words);
    const revisions = await project.revisions();
    const own = revisions.slice(1);
    expect(own.map(({ name }) => withoutStamps(name))).to.deep.equal([
      'WaitValuesSTAMP',
      'WaitMoveJobStSTAMP',
      'WaitRenameSTAMP',
      'WaitMoveJobStBSTAMP',
      'WaitSTAMP',
    ]);
    expect(own.map((one) => new one().sqlite.up.length > 0)).to.deep.equal([
      false,
      false,
      false,
      false,
      true,
    ]);
    const [first = '', last = ''] = [revisions[0]?.name, revisions.at(-1)?.name];
    const dataSource = await database().connect({ entities: job('waiting'), migrations: revisions });
    await migrateUp(dataSource, { target: first });
    await dataSource.query(`INSERT INTO job (id, st) VALUES (1, 'queued'), (2, 'new')`);
    await migrateUp(dataSource, { target: last, allow: { forceContract: true } });
    expect(await dataSource.query('SELECT id, st FROM job ORDER BY id')).to.deep.equal([
      { id: 1, st: 'waiting' },
      { id: 2, st: 'new' },
    ]);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    await migrateDown(dataSource, { target: first });
    expect(await dataSource.query('SELECT id, st FROM job ORDER BY id')).to.deep.equal([
      { id: 1, st: 'queued' },
      { id: 2, st: 'new' },
    ]);
  });

  it('gives rows of a value that goes the one that it joins', async function () {
    this.timeout(120_000);
    const of = (...values: readonly string[]) =>
      [
        entity('job', { st: { type: 'simple-enum', enum: [...values] } }, { tableName: 'job' }),
      ] as readonly EntitySchema[] as never;
    await project.succeed(of('new', 'queued', 'done'), 'Initial', '--phases');
    const words = ['--rename', 'job.st.done:new', '--allow-rewrite', '--phases'];
    const { stdout } = await project.succeed(of('new', 'queued'), 'Join', ...words);
    expect(stdout).to.include('Moves rows with done of job.st to new');
    const revisions = await project.revisions();
    const first = revisions[0]?.name ?? '';
    const dataSource = await database().connect({ entities: of('new', 'queued'), migrations: revisions });
    await migrateUp(dataSource, { target: first });
    await dataSource.query(`INSERT INTO job (id, st) VALUES (1, 'queued'), (2, 'new'), (3, 'done')`);
    await migrateUp(dataSource, { target: revisions.at(-1)?.name ?? '', allow: { forceContract: true } });
    const rows = () => dataSource.query<unknown>('SELECT id, st FROM job ORDER BY id');
    const joined = [
      { id: 1, st: 'queued' },
      { id: 2, st: 'new' },
      { id: 3, st: 'new' },
    ];
    expect(await rows()).to.deep.equal(joined);
    await migrateDown(dataSource, { target: first });
    expect(await rows()).to.deep.equal(joined);
  });
});
