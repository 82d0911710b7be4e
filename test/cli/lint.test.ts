import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../../src/migrations/index.js';
import { dataSourceFile, runCommand, type Ended } from '../support/processes.js';
import { root, runScript } from '../support/run-script.js';
import { postgresServer, urlOf } from '../support/servers.js';

/** Runs lint on the revisions of test/support/lint-data-source.ts. */
/** As a message repeats it. */
const DATA_SOURCE = dataSourceFile('lint-data-source').join(' ');

function lintNotes(...args: readonly string[]): Promise<Ended> {
  return lintWith({}, ...args);
}

function lintWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  const file = dataSourceFile('lint-data-source');
  return runCommand({
    script: 'orchestrator-db',
    args: ['lint', ...file, ...args],
    env: { SCRATCH_DATABASE_URL: urlOf(postgresServer()), ...env },
  });
}

const INDEX = [
  'IndexNotes1800000000700',
  '  statement 1 of 1 (up): create-index-blocking: Building the index "ix_notes_words" blocks writes to "notes" until it is done.',
  '    instead:',
  '      -- alone in a revision with transaction = false:',
  '      CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_notes_words" ON "notes" ("words");',
  '    see docs/rules/create-index-blocking.md',
  '  statement 1 of 1 (down): drop-index-blocking: Dropping the index "ix_notes_words" waits for every running query on "notes", and blocks new reads and writes of the table meanwhile.',
  '    instead:',
  '      -- alone in a revision with transaction = false:',
  '      DROP INDEX CONCURRENTLY IF EXISTS "ix_notes_words";',
  '    see docs/rules/drop-index-blocking.md',
  '',
];

const REASON = 'it fails on a scratch database: it was run';

describe('The command lint', () => {
  it('lint prints findings by revision, the replacement, the page, notes and the count', async () => {
    const { code, stdout, stderr } = await lintNotes();
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
    expect(stdout.split('\n')).to.deep.equal([
      ...INDEX,
      'DropNotes1800000000800',
      '  statement 2 of 2 (down): unparsable: PostgreSQL cannot read this statement: syntax error at end of input, at character 67. No other rule has checked it.',
      '    see docs/rules/unparsable.md',
      '',
      `not lintable: Manual1800000000900 (up): ${REASON}`,
      '3 findings in 3 revisions; 1 revision is not lintable',
      '',
    ]);
  });

  it('lint checks only the named revisions, by any unambiguous part of a name', async () => {
    const { code, stdout } = await lintNotes('index', 'MakeNotes');
    expect(code).to.equal(2);
    expect(stdout.split('\n')).to.deep.equal([...INDEX, '2 findings in 2 revisions', '']);
    expect(await lintNotes('MakeNotes')).to.deep.include({ code: 0, stdout: 'no findings in 1 revision\n' });
  });

  it('lint --after checks only later revisions, unless revisions are named', async () => {
    const { code, stdout } = await lintNotes('--after', 'IndexNotes');
    expect(code).to.equal(2);
    expect(stdout)
      .to.match(/^DropNotes1800000000800\n/)
      .and.not.include('MakeNotes');
    expect((await lintNotes('--after', 'DropNotes', 'IndexNotes')).code).to.equal(2);
  });

  it('lint checks the revisions of this project after the first two, and all named ones', async () => {
    const own = await runCommand({ script: 'orchestrator-db', args: ['lint'], env: {} });
    const count = migrations.length - 2;
    expect(own).to.deep.include({ code: 0, stdout: `no findings in ${count} revisions\n` });
    const first = await runCommand({ script: 'orchestrator-db', args: ['lint', 'InitialSchema'], env: {} });
    expect(first.code).to.equal(2);
  });

  it('lint prints the path of a page relative to the current folder', () => {
    const command = [join(root, 'scripts', 'run.js'), 'orchestrator-db', 'lint', 'InitialSchema'];
    const { stdout } = spawnSync(process.execPath, command, {
      cwd: join(root, 'test', 'cli'),
      encoding: 'utf8',
    });
    expect(stdout).to.include('    see ../../docs/rules/');
  });

  it('lint --json prints one document', async () => {
    const { code, stdout, stderr } = await lintNotes('--json', 'IndexNotes', 'Manual');
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
    const place = { revision: 'IndexNotes1800000000700', dialect: 'postgres', statement: 1, of: 1 };
    expect(JSON.parse(stdout)).to.deep.equal({
      findings: [
        {
          ...{ ...place, rule: 'create-index-blocking', direction: 'up' },
          message: 'Building the index "ix_notes_words" blocks writes to "notes" until it is done.',
          replacement:
            '-- alone in a revision with transaction = false:\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_notes_words" ON "notes" ("words");',
          page: 'docs/rules/create-index-blocking.md',
        },
        {
          ...{ ...place, rule: 'drop-index-blocking', direction: 'down' },
          message:
            'Dropping the index "ix_notes_words" waits for every running query on "notes", and blocks new reads and writes of the table meanwhile.',
          replacement:
            '-- alone in a revision with transaction = false:\nDROP INDEX CONCURRENTLY IF EXISTS "ix_notes_words";',
          page: 'docs/rules/drop-index-blocking.md',
        },
      ],
      notes: [],
      revisions: 1,
      unlinted: [{ revision: 'Manual1800000000900', direction: 'up', reason: REASON }],
    });
  });

  it('lint finds revisions in files, as TypeORM does, and connects to no database', async () => {
    const { code, stdout } = await lintWith({ LINT_FILES: 'yes' });
    expect(code).to.equal(2);
    expect(stdout.split('\n')[1]).to.contain('truncate-cascade');
    expect(stdout)
      .to.match(/^FindMe1800000000600\n/)
      .and.match(/1 finding in 1 revision\n$/);
  });

  it('lint checks every revision that contains the given name', async () => {
    const { stdout } = await lintNotes('--json', 'Notes');
    expect((JSON.parse(stdout) as { readonly revisions: number }).revisions).to.equal(3);
  });

  for (const [title, args, words] of [
    [
      'an unknown revision',
      ['Nobody'],
      `There is no revision "Nobody". To list all revisions: npx orchestrator-db status ${DATA_SOURCE}`,
    ],
    [
      'an unknown --after',
      ['--after', 'Nobody'],
      `There is no revision "Nobody". To list all revisions: npx orchestrator-db status ${DATA_SOURCE}`,
    ],
    [
      'a part that two have',
      ['--after', 'Notes'],
      '"Notes" matches several revisions: MakeNotes1800000000600, IndexNotes1800000000700, DropNotes1800000000800. Use a longer part of the name.',
    ],
  ] as const)
    it(`lint exits with 64 for ${title}`, async () => {
      expect(await lintNotes(...args)).to.deep.include({ code: 64, stdout: '', stderr: `error: ${words}\n` });
      const { code, stdout } = await lintNotes('--json', ...args);
      expect(code).to.equal(64);
      expect(JSON.parse(stdout)).to.deep.equal({
        status: 'failed',
        error: { code: 'USAGE', message: words },
      });
    });

  for (const [title, args, words] of [
    [
      'a file that is not there',
      ['-d', 'nowhere.ts'],
      `error: -d: the file does not exist: ${root}nowhere.ts\n`,
    ],
    ['an unknown option', ['--fix'], "error: unknown option '--fix'\n"],
    ['--after without a name', ['--after'], "error: option '--after <revision>' argument missing\n"],
  ] as const)
    it(`lint exits with 64 for ${title}`, async () => {
      expect(await runScript('orchestrator-db', ['lint', ...args])).to.deep.equal({
        ...{ code: 64, stdout: '', stderr: words },
      });
    });

  it('lint reports no findings in the revisions of this project, with any DATABASE_URL', async () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const [node, run, name = '', ...args] = (scripts['db:lint'] ?? '').split(' ');
    expect([node, run, name]).to.deep.equal(['node', 'scripts/run.js', 'orchestrator-db']);
    for (const DATABASE_URL of ['sqlite:/nowhere/at/all.db', 'postgres://nobody@127.0.0.1:1/none']) {
      const { code, stdout, stderr } = await runScript(name, args, { env: { DATABASE_URL } });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^no findings in \d+ revisions?\n$/);
    }
  });
});
