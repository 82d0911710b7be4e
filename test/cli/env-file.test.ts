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
});
