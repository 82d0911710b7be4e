import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { classText, gitProject, type GitProject } from '../support/git-project.js';
import { problemsOf } from '../support/json-schemas.js';
import type { Ended } from '../support/processes.js';

const MAKE = classText('Make1700000000000', 'CREATE TABLE "a" ("id" bigint PRIMARY KEY)');
const CLEAR = classText('Clear1700000001000', 'TRUNCATE "a" CASCADE');
const DROP = classText('Drop1700000002000', 'DROP TABLE "a"');

/** The revisions with findings, the last line, and the exit code. */
function shown({ code, stdout, stderr }: Ended): readonly unknown[] {
  const lines = stdout.trimEnd().split('\n');
  return [code, stderr, ...lines.filter((line) => /^\w+\d{13}$/.test(line)), lines.at(-1)];
}

describe('lint --since', function () {
  this.timeout(120_000);
  let project: GitProject;
  beforeEach(() => {
    project = gitProject();
    project.write('1700000000000-Make.js', MAKE);
    // The name of the file says nothing about the class.
    project.write('clear.js', CLEAR);
    project.git('add', '--all');
    project.git('commit', '--quiet', '--message', 'first');
  });
  afterEach(() => project.remove());

  it('lint --since checks files that are new or differ, committed or not, and no others', async () => {
    expect(shown(await project.lint(['--since', 'main']))).to.deep.equal([0, '', 'no revisions to lint']);
    project.write('1700000002000-Drop.js', DROP);
    const drop = [2, '', 'Drop1700000002000', '1 finding in 1 revision'];
    expect(shown(await project.lint(['--since', 'main']))).to.deep.equal(drop);
    project.git('switch', '--quiet', '--create', 'feature');
    project.git('add', '--all');
    project.git('commit', '--quiet', '--message', 'second');
    expect(shown(await project.lint(['--new', '--since', 'main']))).to.deep.equal(drop);
    project.write('clear.js', `${CLEAR}// edited\n`);
    expect(shown(await project.lint(['--since', 'main']))).to.deep.equal([
      ...[2, '', 'Clear1700000001000', 'Drop1700000002000', '2 findings in 2 revisions'],
    ]);
    expect(shown(await project.lint(['--since', 'HEAD']))).to.deep.equal([
      ...[2, '', 'Clear1700000001000', '1 finding in 1 revision'],
    ]);
    expect(shown(await project.lint(['--since', 'HEAD~1', '--after', 'Clear']))).to.deep.equal(drop);
  });

  it('lint --since checks a revision that git ignores, and says so', async () => {
    writeFileSync(join(project.folder, '.gitignore'), 'node_modules\n*Drop.js\n');
    project.write('1700000002000-Drop.js', DROP);
    expect(shown(await project.lint(['--since', 'main']))).to.deep.equal([
      2,
      'note: Drop1700000002000: in no file of the git repository, so it counts as new\n',
      'Drop1700000002000',
      '1 finding in 1 revision',
    ]);
  });

  for (const ref of ['mian', '-x', '', 'main; touch x'])
    it(`lint --since exits with 64 for the ref ${JSON.stringify(ref)}`, async () => {
      expect(await project.lint([`--since=${ref}`])).to.deep.include({
        code: 64,
        stdout: '',
        stderr: `error: --since: the repository ${project.folder} has no ref ${JSON.stringify(ref)}. To get it from the server: git fetch origin <branch>, then --since FETCH_HEAD\n`,
      });
    });

  it('lint exits with 64 for names together with --since or --new', async () => {
    for (const option of [['--since', 'main'], ['--new']])
      expect(await project.lint([...option, 'Make'])).to.deep.include({
        code: 64,
        stderr: 'error: lint: name revisions, or select them with --new or --since. Pass only one of both.\n',
      });
  });

  it('lint --since fails without git, without a repository, and in a repository without the revisions', async () => {
    const way = 'To select revisions without git: --after <revision>, or --new with a database.';
    const failed = async (words: string, args: readonly string[], env?: Readonly<Record<string, string>>) => {
      const { code, stdout, stderr } = await project.lint([...args, '--json'], env);
      expect({ code, stderr }).to.deep.equal({ code: 1, stderr: `error: --since: ${words} ${way}\n` });
      expect(problemsOf('error', JSON.parse(stdout))).to.deep.equal([]);
      expect(stdout).to.contain('"code":"GIT_FAILED"');
    };
    await failed('The program git is not installed.', ['--since', 'main'], { PATH: '/nowhere' });
    const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-no-git-'));
    try {
      const file = join(folder, 'data-source.js');
      writeFileSync(file, `module.exports = require('${project.folder}/data-source.js');\n`);
      await failed(`The folder ${folder} is in no git repository.`, ['-d', file, '--since', 'main'], {
        GIT_CEILING_DIRECTORIES: tmpdir(),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
    writeFileSync(join(project.folder, '.gitignore'), 'node_modules\nmigrations\n');
    project.git('rm', '--quiet', '--cached', '-r', 'migrations');
    await failed(`The repository ${project.folder} contains the class of no revision.`, ['--since', 'main']);
  });
});

onDatabase('postgres', 'lint --new', (database) => {
  let project: GitProject;
  beforeEach(() => {
    project = gitProject(database().url);
    project.write('1700000000000-Make.js', MAKE);
    project.write('1700000001000-Clear.js', CLEAR);
  });
  afterEach(() => project.remove());

  it('lint --new checks what the database has not applied, and changes nothing there', async () => {
    expect(shown(await project.lint(['--new']))).to.deep.equal([
      ...[2, '', 'Clear1700000001000', '1 finding in 2 revisions'],
    ]);
    await execute(database(), [
      'CREATE TABLE "migrations" ("id" serial PRIMARY KEY, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)',
      `INSERT INTO "migrations" ("timestamp", "name") VALUES (1700000000000, 'Make1700000000000'), (1700000001000, 'Clear1700000001000')`,
    ]);
    expect(shown(await project.lint(['--new']))).to.deep.equal([0, '', 'no revisions to lint']);
    project.write('1700000002000-Drop.js', DROP);
    expect(shown(await project.lint(['--new']))).to.deep.equal([
      ...[2, '', 'Drop1700000002000', '1 finding in 1 revision'],
    ]);
  }).timeout(60_000);

  it('lint exits with 1 if nothing can be linted, with and without --json', async () => {
    project.write(
      '1700000002000-Fill.js',
      `exports.Fill1700000002000 = class Fill1700000002000 {
         async up(queryRunner) { for (const { id } of await queryRunner.query('SELECT "id" FROM "a"')) await queryRunner.query('SELECT ' + id); }
         async down() {}
       };`,
    );
    const words =
      'Nothing was linted: no selected revision is lintable (Fill1700000002000). Fill1700000002000: its statements depend on rows that it reads: SELECT "id" FROM "a". ' +
      "Read these revisions yourself. To accept one, give the class a reason: static lintAllow = { unlinted: '...' };";
    expect(await project.lint(['Fill'])).to.deep.include({
      code: 1,
      stdout:
        'not lintable: Fill1700000002000 (up): its statements depend on rows that it reads: SELECT "id" FROM "a"\n' +
        'nothing was linted; 1 revision is not lintable\n',
      stderr: `error: ${words}\n`,
    });
    const { code, stdout } = await project.lint(['Fill', '--json']);
    expect(code).to.equal(1);
    expect(problemsOf('error', JSON.parse(stdout))).to.deep.equal([]);
    expect(JSON.parse(stdout)).to.have.nested.property('error.unlinted[0].revision', 'Fill1700000002000');
    const all = await project.lint(['--json']);
    expect(problemsOf('lint', JSON.parse(all.stdout))).to.deep.equal([]);
    expect(JSON.parse(all.stdout)).to.deep.include({ revisions: 2 });
  }).timeout(60_000);
});

describe('lint --new without its database', () => {
  it('lint --new without its database fails, and names the way without one', async () => {
    const project = gitProject();
    project.write('1700000000000-Make.js', MAKE);
    try {
      expect(await project.lint(['--new'])).to.deep.include({
        code: 1,
        stdout: '',
        stderr:
          'error: Cannot connect to postgres://127.0.0.1:1/none: connection refused. --new reads which revisions are applied there; to ask git instead: --since <ref>.\n',
      });
    } finally {
      project.remove();
    }
  }).timeout(60_000);
});
