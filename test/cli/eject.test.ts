import { expect } from 'chai';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { execute, rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase } from '../support/databases.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';
import { root, runProcess } from '../support/run-script.js';

const AGE = { name: 'age', type: 'integer', default: 3 } as const;
const entities = () => petEntities({ extra: AGE });

eachDatabase('eject', function (database) {
  let project: GenerateProject;
  let home: string;
  beforeEach(async () => {
    await database().connect({ entities: [] });
    project = await generateProject();
    home = dirname(project.folder);
    await project.succeed(petEntities(), 'Initial');
    await project.succeed(entities(), 'AddAge');
    expect((await command('up')).code).to.equal(0);
  });
  afterEach(() => project.remove());
  const command = (...args: readonly string[]) =>
    project.command(entities(), args, { env: { DATABASE_URL: database().url } });

  /** TypeORM's own command line, in a project without this package. */
  const typeorm = async (...args: readonly string[]) => {
    const { url } = database();
    const place =
      database().dialect === 'sqlite'
        ? { type: chooseSqliteDriver().type, database: url.replace(/^sqlite:/, '') }
        : { type: 'postgres', url };
    const options = JSON.stringify({ ...place, migrations: [join(home, 'plain', '*.js')] });
    await writeFile(
      join(home, 'data-source.cjs'),
      `const { DataSource } = require('typeorm'); exports.dataSource = new DataSource(${options});`,
    );
    const cli = join(root, 'node_modules/typeorm/cli.js');
    return runProcess(process.execPath, [cli, ...args, '-d', join(home, 'data-source.cjs')], { cwd: home });
  };

  it('eject prints classes with which the command line of TypeORM goes on, down and up', async () => {
    await mkdir(join(home, 'plain'));
    await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
    const { code, stdout } = await command('eject', '--out', join(home, 'plain'), '--language', 'commonjs');
    expect(code).to.equal(0);
    expect(withoutStamps(stdout.replaceAll(`${home}/`, ''))).to.match(
      /^Nothing was run\. To leave orchestrator-db, with the table of applied migrations as it is:\n1\. Replace 2 revisions by the classes in plain, which have the same names:\n {5}plain\/STAMP-Initial\.js\n {5}plain\/STAMP-AddAge\.js\n2\. .*\n3\. .*\n {5}DROP TABLE IF EXISTS "migrations_attempt";\n {5}DROP TABLE IF EXISTS "migrations_run";\n {5}DROP TABLE IF EXISTS "migrations_phase";\n {5}DROP TABLE IF EXISTS "migrations_heartbeat";\n/,
    );
    await execute(
      database(),
      [...stdout.matchAll(/DROP TABLE [^;]+/g)].map(([sql]) => sql),
    );
    expect((await typeorm('migration:show')).stdout).to.match(/\[X\].*Initial\d{13}[^]*\[X\].*AddAge\d{13}/);
    for (const direction of ['migration:revert', 'migration:revert', 'migration:run']) {
      const ended = await typeorm(direction, '-t', 'each');
      expect(ended.code, `${ended.stdout}${ended.stderr}`).to.equal(0);
    }
    expect(await tablesOf(database()))
      .to.include.members(['owners', 'pets', 'migrations'])
      .and.not.include('migrations_run');
    expect(await rowsOf(database(), 'SELECT "age" FROM "pets"')).to.deep.equal([]);
    expect((await command('check')).code).to.equal(0);
  });

  it('eject --json prints one document, and writes nothing without --out', async () => {
    const before = await project.files();
    const { code, stdout } = await command('eject', '--json');
    expect(code).to.equal(0);
    expect(problemsOf('eject', JSON.parse(stdout))).to.deep.equal([]);
    expect(await project.files()).to.deep.equal(before);
    expect(await tablesOf(database())).to.include('migrations_run');
  });

  for (const [language, extension, before, method] of [
    [
      'typescript',
      'ts',
      "import type { MigrationInterface, QueryRunner } from 'typeorm';\n\n",
      " implements MigrationInterface {\n  name = 'AddAgeSTAMP';\n\n  async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`",
    ],
    [
      'javascript',
      'js',
      '',
      " {\n  name = 'AddAgeSTAMP';\n\n  async up(queryRunner) {\n    await queryRunner.query(`",
    ],
  ] as const)
    it(`eject --language ${language} writes that language, with what the revision does`, async () => {
      await mkdir(join(home, 'plain'));
      const { code } = await command('eject', '--out', join(home, 'plain'), '--language', language);
      expect(code).to.equal(0);
      const file = (await readdir(join(home, 'plain'))).find((name) => name.endsWith(`-AddAge.${extension}`));
      const text = withoutStamps(await readFile(join(home, 'plain', file ?? 'none'), 'utf8'));
      expect(text.startsWith(`${before}/** `), text).to.equal(true);
      expect(text)
        .to.contain(` */\nexport class AddAgeSTAMP${method}`)
        .and.not.match(/^ *\/\/ *$/m);
    });

  it('eject counts a single revision in words', async () => {
    const { stdout } = await command('eject');
    expect(stdout).to.contain(
      '\n1. Replace 2 revisions by classes of TypeORM with the same names. To write them: ',
    );
    const single = await project.command(entities(), ['eject'], { without: 'AddAge' });
    expect(single.stdout).to.contain(
      '\n1. Replace the revision by a class of TypeORM with the same name. To write it: eject --out <folder>\n',
    );
  });

  it('eject refuses a folder that does not exist, and one with a file of that name', async () => {
    expect(await command('eject', '--out', '/nowhere/plain')).to.include({
      code: 64,
      stderr:
        'error: --out: the folder /nowhere/plain does not exist. Create it first: mkdir -p /nowhere/plain\n',
    });
    const before = await project.files();
    const { code, stderr } = await command('eject', '--out', project.folder);
    expect(code).to.equal(1);
    expect(stderr).to.match(/file already exists.*Nothing was written\.\n$/);
    expect(await project.files()).to.deep.equal(before);
  });
});
