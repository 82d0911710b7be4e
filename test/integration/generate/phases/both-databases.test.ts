import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import type { Revision } from '../../../../src/migrator/revision.js';
import { eachDatabase } from '../../../support/databases.js';
import { generateProject, withoutStamps, type GenerateProject } from '../../../support/generate-here.js';
import { entity } from '../../drift/no-false-alarm-database.js';

function job(name: string, tableName = 'job'): readonly Function[] {
  return [entity('job', { [name]: { type: 'text' } }, { tableName })] as readonly EntitySchema[] as never;
}

eachDatabase('Group of expand and contract for both databases', (database) => {
  let project: GenerateProject;
  beforeEach(async () => (project = await generateProject()));
  afterEach(() => project.remove());

  it('has all work of SQLite in the revision that it is named for, and keeps rows up and down', async function () {
    this.timeout(120_000);
    await project.succeed(job('task'), 'Initial', '--phases');
    await project.succeed(job('descr'), 'RenameTask', '--rename', 'job.task:descr', '--phases');
    const revisions = await project.revisions();
    const own = revisions.slice(1);
    const made = own.map((one) => new one());
    const sqlite = made.map(({ sqlite: { up } }) => up.length > 0);
    expect(own.map(({ name }) => withoutStamps(name))).to.deep.equal([
      'RenameTaskExpandSTAMP',
      'RenameTaskBackfillJobDescrSTAMP',
      'RenameTaskValidateSTAMP',
      'RenameTaskRenameSTAMP',
      'RenameTaskUnfillJobTaskSTAMP',
      'RenameTaskSTAMP',
    ]);
    expect(sqlite).to.deep.equal([false, false, false, false, false, true]);
    expect(own.map((one) => (one as unknown as typeof Revision).phase)).to.deep.equal([
      'expand',
      'expand',
      'expand',
      'contract',
      'contract',
      'contract',
    ]);
    const dataSource = await database().connect({ entities: job('descr'), migrations: revisions });
    await migrateUp(dataSource, { target: revisions[0]?.name ?? '' });
    await dataSource.query(`INSERT INTO job (id, task) VALUES (1, 'kept')`);
    await migrateUp(dataSource, { target: revisions.at(-1)?.name ?? '', allow: { forceContract: true } });
    expect(await dataSource.query('SELECT * FROM job')).to.deep.equal([{ id: 1, descr: 'kept' }]);
    await migrateDown(dataSource, { target: revisions[0]?.name ?? '' });
    expect(await dataSource.query('SELECT * FROM job')).to.deep.equal([{ id: 1, task: 'kept' }]);
  });

  it('renames a table of SQLite in contract, and keeps rows up and down', async function () {
    this.timeout(120_000);
    await project.succeed(job('task'), 'Initial', '--phases');
    await project.succeed(job('task', 'chore'), 'RenameJob', '--rename-table', 'job:chore', '--phases');
    const revisions = await project.revisions();
    const own = revisions.slice(1);
    const sqlite = own.map((one) => new one().sqlite.up.length);
    expect(own.map(({ name }) => withoutStamps(name))).to.deep.equal([
      'RenameJobExpandSTAMP',
      'RenameJobSTAMP',
    ]);
    expect(sqlite).to.deep.equal([0, 1]);
    const dataSource = await database().connect({ entities: job('task', 'chore'), migrations: revisions });
    await migrateUp(dataSource, { target: revisions[1]?.name ?? '' });
    await dataSource.query(`INSERT INTO job (id, task) VALUES (1, 'kept')`);
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    await migrateUp(dataSource, { target: revisions.at(-1)?.name ?? '', allow: { forceContract: true } });
    expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
    expect(await dataSource.query('SELECT * FROM chore')).to.deep.equal([{ id: 1, task: 'kept' }]);
    await migrateDown(dataSource, { target: revisions[0]?.name ?? '' });
    expect(await dataSource.query('SELECT * FROM job')).to.deep.equal([{ id: 1, task: 'kept' }]);
  });
});
