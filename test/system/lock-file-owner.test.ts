import { expect } from 'chai';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledCopy } from '../support/compiled-copy.js';
import { runProcess, runScript, type ProcessResult } from '../support/run-script.js';

const NOBODY = 65534;

describe('A lock file of another user', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-owner-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** As root without the right to write to files of others. */
  function asOther(path: string, ...args: readonly string[]): Promise<ProcessResult> {
    const command = [process.execPath, compiledCopy().script('orchestrator-db'), ...args];
    return runProcess('setpriv', ['--bounding-set=-dac_override', ...command], {
      env: { DATABASE_URL: `sqlite:${path}` },
    });
  }

  it('A lock file of another user is refused by up, since it would exclude nobody, and status reads it', async () => {
    const path = join(folder, 'app.db');
    const lock = `${path}.migrate-lock`;
    expect(
      await runScript('orchestrator-db', ['up', '+1'], { env: { DATABASE_URL: `sqlite:${path}` } }),
    ).to.deep.include({ code: 0 });
    await chmod(lock, 0o644);
    await chown(lock, NOBODY, NOBODY);
    const { code, stderr } = await asOther(path, 'up');
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      `error: The file of the migration lock, ${lock}, cannot be used: EACCES: permission denied, access '${lock}'. Nothing was changed. This user must be able to write to it and to its folder.\n`,
    );
    expect(await asOther(path, 'status')).to.deep.include({ code: 0, stderr: '' });
  });
});
