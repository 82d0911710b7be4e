import { expect } from 'chai';
import { execute } from '../support/cli-database.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { eachDatabase } from '../support/databases.js';
import { foreignProject, type ForeignProject } from '../support/foreign-project.js';
import { generateProject, withoutStamps, type GenerateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { runInTerminal } from '../support/pseudo-terminal.js';

const goods = (column: string) => `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('goods')
export class Good {
  @PrimaryColumn({ type: 'bigint' }) id;
  @Column({ type: 'text', nullable: true }) ${column};
}`;

/** A project whose entity has another column than its revision. */
async function withAnotherColumn(): Promise<ForeignProject> {
  const project = await foreignProject({ dialect: 'sqlite', globs: true });
  await project.write(goods('note'));
  await project.generate('Initial');
  await project.generate('--check');
  await project.write(goods('remark'));
  return project;
}

describe('generate in a terminal', function () {
  this.timeout(120_000);
  let project: ForeignProject;
  beforeEach(async () => (project = await withAnotherColumn()));
  afterEach(() => project.remove());

  const QUESTION = 'Which one (press Enter alone to stop)? ';
  const generate = (text: string) =>
    runInTerminal(
      [process.execPath, compiledCopy().run, 'orchestrator-db', 'generate', '-d', 'data-source.js', 'Rename'],
      {
        cwd: project.home,
        env: { PATH: process.env['PATH'] ?? '' },
        typing: [{ after: QUESTION, text }],
      },
    );

  it('generate asks about a change on a terminal, and continues with the answer', async () => {
    const { code, stdout } = await generate('1\r');
    expect(code).to.equal(0);
    expect(stdout).to.include(
      'goods.note: the column is dropped with its values\r\n  1  --rename goods.note:remark\r\n  2  --drop goods.note\r\n',
    );
    expect(withoutStamps(stdout)).to.include(
      'src/migrations/STAMP-Rename.ts  Renames goods.note to remark.\r\n',
    );
    expect(await project.files()).to.have.length(3);
  });

  for (const { title, text, code, words } of [
    {
      title: 'Enter',
      text: '\r',
      code: 3,
      words:
        'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
    },
    {
      title: 'Ctrl-D',
      text: '\u0004',
      code: 3,
      words:
        'Nothing was written: these changes need confirmation. For each line below, choose one option and run the command again.',
    },
    {
      title: 'Ctrl-C',
      text: '\u0003',
      code: 1,
      words:
        'Stopped. Nothing was written, and the scratch databases are dropped; the next run names those that a silent server has kept.',
    },
  ])
    it(`generate stops at its question with ${title}: ${code}`, async () => {
      const result = await generate(text);
      expect(result.stdout).to.include(words);
      expect(result.code).to.equal(code);
      expect(await project.files()).to.have.length(2);
    });
});

describe('generate in a terminal that moves its cursor', function () {
  this.timeout(120_000);
  let project: ForeignProject;
  beforeEach(async () => (project = await withAnotherColumn()));
  afterEach(() => project.remove());

  /** A terminal that a test opens has no width; it gets one. */
  const WITH_WIDTH = ['sh', '-c', 'stty cols 100 rows 30; exec "$0" "$@"'];
  const STOPPED = 'Nothing was written: these changes need confirmation.';
  const generate = (text: string, env: Readonly<Record<string, string>> = {}) =>
    runInTerminal(
      [
        ...WITH_WIDTH,
        process.execPath,
        compiledCopy().run,
        'orchestrator-db',
        'generate',
        '-d',
        'data-source.js',
        'Rename',
      ],
      {
        cwd: project.home,
        env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
        typing: [{ after: '--drop goods.note', text }],
      },
    );

  for (const { title, keys, does } of [
    { title: 'Enter chooses the first answer', keys: '\r', does: 'Renames goods.note to remark.' },
    {
      title: 'the arrow down and Enter the second one',
      keys: '\u001b[B\r',
      does: 'Adds goods.remark, drops goods.note.',
    },
  ])
    it(`At the question of generate, ${title}`, async () => {
      const { code, stdout } = await generate(keys);
      expect(stdout).to.include('goods.note: the column is dropped with its values');
      expect(withoutStamps(stdout)).to.include(`src/migrations/STAMP-Rename.ts  ${does}\r\n`);
      expect(code).to.equal(0);
    });

  for (const { title, keys, code, words } of [
    { title: 'the last answer', keys: '\u001b[A\r', code: 3, words: STOPPED },
    { title: 'Escape', keys: '\u001b', code: 3, words: STOPPED },
    { title: 'Ctrl-D', keys: '\u0004', code: 3, words: STOPPED },
    { title: 'Ctrl-C', keys: '\u0003', code: 1, words: 'Stopped. Nothing was written' },
  ])
    it(`generate stops at its list of answers with ${title}: ${code}`, async () => {
      const result = await generate(keys);
      expect(result.stdout).to.include(words);
      expect(result.code).to.equal(code);
      expect(await project.files()).to.have.length(2);
    });

  it('The list of answers has no colour with NO_COLOR', async () => {
    const { stdout } = await generate('\u001b', { NO_COLOR: '1' });

    expect(stdout).to.not.match(/\u001b\[(?:3|4|9)\dm/);
  });
});

eachDatabase('generate --count-rows', (database) => {
  let project: GenerateProject;
  beforeEach(async function () {
    this.timeout(120_000);
    project = await generateProject();
    await project.succeed(petEntities(), 'Initial');
  });
  afterEach(() => project.remove());

  const counted = async (entities: readonly Function[]) => {
    const env = { ...project.env, DATABASE_URL: database().url };
    const { code, stderr } = await project.generate(entities, ['Change', '--count-rows'], { env });
    expect(code).to.equal(3);
    return stderr
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.replace(/\. Options?: .*/, ''));
  };

  it('generate --count-rows reports how many rows each change affects', async () => {
    const entities = petEntities();
    const dataSource = await database().connect({ entities, migrations: await project.revisions() });
    await dataSource.runMigrations();
    await execute(database(), [
      'INSERT INTO owners (id) VALUES (1)',
      `INSERT INTO pets (id, name, note, owner_id) VALUES (1, 'a', 'x', 1), (2, 'b', NULL, 1), (3, 'c', NULL, 1)`,
    ]);
    expect(await counted(petEntities({ note: null }))).to.deep.equal([
      '  pets.note: the column is dropped with its values; 1 row with a value in it',
    ]);
    expect(await counted(petEntities({ note: { name: 'note', type: 'text' } }))).to.deep.equal([
      '  pets.note: existing rows may contain NULL, and the column becomes NOT NULL; 2 rows without a value',
    ]);
    expect(await counted(petEntities({ extra: { name: 'age', type: 'integer' } }))).to.deep.equal([
      '  pets.age: a new NOT NULL column without a default: existing rows have no value for it; 3 rows without a value',
    ]);
    expect(await counted(petEntities({ table: 'animals' }))).to.deep.equal([
      '  pets: the table is dropped with all its rows; 3 rows in it',
    ]);
  }).timeout(120_000);

  it('generate --count-rows reports no counts where the database does not exist yet', async () => {
    expect(await counted(petEntities({ note: null }))).to.deep.equal([
      '  pets.note: the column is dropped with its values',
    ]);
  }).timeout(120_000);
});
