import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOwnProcess } from '../support/run-shelves.js';
import { dataSourceFile } from '../support/processes.js';
import { runScript } from '../support/run-script.js';

describe('--env-file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-env-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (...lines: readonly string[]) => {
    const path = join(folder, '.env.production');
    await writeFile(path, lines.join('\n'));
    return path;
  };

  it('--env-file gives a command the variables of a file', async () => {
    const file = await written(
      '# the database',
      `DATABASE_URL="sqlite:${folder}/from-file.db"`,
      'DB_LOG_LEVEL=error',
    );
    const { code, stderr } = await runScript('orchestrator-db', ['up', '--env-file', file]);
    expect(code, stderr).to.equal(0);
    const status = await runOwnProcess({ DATABASE_URL: `sqlite:${folder}/from-file.db` }, 'status');
    expect(status.stdout).to.match(/^at head, /);
  });

  it('--env-file reaches the DataSource of another project', async () => {
    const file = await written(`DATABASE_URL=sqlite:${folder}/chain.db`);
    const { code, stderr } = await runScript('orchestrator-db', [
      'up',
      '--env-file',
      file,
      ...dataSourceFile('chain-data-source'),
    ]);
    expect(code, stderr).to.equal(0);
    expect(existsSync(join(folder, 'chain.db'))).to.equal(true);
  });

  it('--env-file leaves a variable that is set', async () => {
    const file = await written(`DATABASE_URL=sqlite:${folder}/not-this.db`);
    const env = { DATABASE_URL: `sqlite:${folder}/this.db` };
    const { stderr } = await runOwnProcess(env, 'status', '--env-file', file);
    expect(stderr).to.include('this.db').and.not.include('not-this.db');
  });

  it('--env-file refuses a file that cannot be read, and names it', async () => {
    const { code, stderr } = await runOwnProcess({}, 'status', '--env-file', join(folder, 'none'));
    // Some versions of Node take the option for their own wherever it stands.
    expect(code).to.be.oneOf([64, 9]);
    expect(stderr).to.match(/^(?:error: --env-file|\S*node): .*\/none/);
  });

  it('--env-file reads a file as editors on Windows write it, with a mark before the first variable', async () => {
    const file = await written(`\uFEFFDATABASE_URL=sqlite:${folder}/marked.db\r`, 'DB_LOG_LEVEL=error\r', '');
    const { stderr } = await runScript('orchestrator-db', ['status', '--env-file', file]);
    expect(stderr).to.match(/marked\.db: the file does not exist/);
  });

  const REFUSED = {
    'another encoding': [
      Buffer.from('\uFEFFDATABASE_URL=sqlite:x.db\n', 'utf16le'),
      "is not UTF-8. Save it as UTF-8, as PowerShell's Out-File -Encoding utf8 does.",
    ],
    'a line that sets no variable': [
      Buffer.from('# one\nKEY="-----\nno: variable\n-----"\nDATABASE_URL: sqlite:x.db\n'),
      'sets no variable: write NAME=value, or # before a comment.',
    ],
  } as const;
  for (const [what, [content, words]] of Object.entries(REFUSED))
    it(`--env-file refuses ${what}, and uses no other database`, async () => {
      const file = join(folder, '.env');
      await writeFile(file, content);
      const { code, stderr } = await runScript('orchestrator-db', ['up', '--env-file', file]);
      expect(code).to.equal(64);
      expect(stderr).to.include(`${file} ${words}`);
      if (words.startsWith('sets')) expect(stderr).to.include(`--env-file: line 5 of ${file}`);
    });
});
