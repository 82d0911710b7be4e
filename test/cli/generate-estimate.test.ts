import { expect } from 'chai';
import { join } from 'node:path';
import type { Documents } from '../../src/cli/documents/index.js';
import { dumpOf, execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { generateProject, type GenerateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';

const ROWS = 3000;

onDatabase('postgres', 'generate --estimate', (database) => {
  let project: GenerateProject;
  beforeEach(async function () {
    this.timeout(120_000);
    project = await generateProject();
    await project.succeed(petEntities(), 'Initial');
  });
  afterEach(() => project.remove());

  const estimate = (entities: readonly Function[], ...args: readonly string[]) =>
    project.command(entities, ['generate', join(project.folder, 'Change'), '--estimate', ...args], {
      env: { DATABASE_URL: database().url },
    });
  it('generate --estimate measures each step that reads or writes all rows of a table, and writes nothing', async () => {
    const dataSource = await database().connect({
      entities: petEntities(),
      migrations: await project.revisions(),
    });
    await dataSource.runMigrations();
    await execute(database(), [
      'INSERT INTO owners (id) VALUES (1)',
      `INSERT INTO pets (id, name, note, owner_id) SELECT i, 'pet ' || i, 'x', 1 FROM generate_series(1, ${ROWS}) AS i`,
      'CREATE INDEX by_hand ON pets (note)',
    ]);
    const [files, rows] = [await project.files(), await dumpOf(database())];
    const entities = petEntities({
      ...{ extra: { name: 'age', type: 'integer' }, index: ['name', 'age'] },
      note: { name: 'remark', type: 'text', nullable: true },
    });
    const answers = ['--backfill', 'pets.age=id', '--rename', 'pets.note:remark', '--phases'];
    const text = await estimate(entities, ...answers);
    expect(text).to.deep.include({ code: 0, stderr: '' });
    const lines = text.stdout
      .replace(/(about \d+|less than 1) s at [\d,]+ rows\/s/g, 'N s')
      .replace(/\d[\d,.]* [kM]B/g, 'N kB')
      .replace(/In all .* s and/, 'In all N s and')
      .split('\n');
    expect(lines).to.deep.equal([
      '"pets": about 3,000 rows, N kB, measured with 3,000 rows',
      '  backfill age                           N s, N kB of disk',
      // It fills the room that the rows before the other backfill leave.
      '  backfill remark                        N s',
      '  index ix_pets_name                     N s, N kB of disk',
      '  validation of zz_odb_pets_note_remark  N s',
      '  validation of nn_age                   N s',
      '',
      'In all N s and N kB of disk. Measured on the scratch server, with copies of some rows. Another machine, triggers, standbys and other sessions change it.',
      '',
    ]);
    const json = await estimate(entities, ...answers, '--json');
    expect(problemsOf('generate-estimate', JSON.parse(json.stdout))).to.deep.equal([]);
    const { estimate: found } = JSON.parse(json.stdout) as Documents['generate-estimate'];
    expect(found.tables.map(({ rows: count, sampled }) => ({ count, sampled }))).to.deep.equal([
      { count: ROWS, sampled: ROWS },
    ]);
    expect(await project.files()).to.deep.equal(files);
    expect(await dumpOf(database())).to.deep.equal(rows);
  }).timeout(120_000);

  it('generate --estimate is for PostgreSQL, and excludes --sql and --check', async () => {
    const sqlite = await project.generate(petEntities(), ['Change', '--estimate'], {
      env: { ...project.env, DATABASE_URL: 'sqlite::memory:' },
    });
    expect(sqlite.code).to.equal(64);
    expect(sqlite.stderr).to.contain(
      '--estimate is for a change beside other sessions, and the database is SQLite. Set DATABASE_URL to the PostgreSQL database that the change is for.',
    );
    for (const other of ['--sql', '--check'])
      expect((await estimate(petEntities(), other)).stderr).to.contain(
        `--estimate and ${other}: pass only one of them.`,
      );
    expect((await estimate(petEntities())).stdout).to.equal(
      'No changes: the revisions already match the entities.\n',
    );
  }).timeout(120_000);
});
