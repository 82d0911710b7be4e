import { expect } from 'chai';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../src/migrations/index.js';
import { startProcess, type Command } from '../support/processes.js';
import { runScript } from '../support/run-script.js';

/** A device of Linux on which every write fails as on a full disk. */
const FULL = '/dev/full';

const WORDS =
  'error: The output could not be written: the disk is full (ENOSPC). The command continued without it. Fix the cause, then run status to see the state of the database.\n';

describe('A command whose output goes to a full disk', () => {
  let folder: string;
  let url: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-full-'));
    url = `sqlite:${join(folder, 'db')}`;
  });
  after(() => rm(folder, { recursive: true }));

  const toFullDisk = (script: Command['script'], args: readonly string[]) =>
    startProcess({
      script,
      args,
      env: { DATABASE_URL: url },
      through: ['/bin/sh', '-c', `"$@" > ${FULL}`, 'sh'],
    }).ended;

  it('A command whose output goes to a full disk applies all revisions, and reports that its output is lost', async () => {
    const { code, stderr } = await toFullDisk('orchestrator-db', ['up']);
    expect({ code, ends: stderr.endsWith(WORDS) }).to.deep.equal({ code: 1, ends: true });
    expect(stderr).not.to.match(/^\s+at /m);
    const { stdout } = await runScript('orchestrator-db', ['status', '--json'], {
      env: { DATABASE_URL: url },
    });
    const { applied, failed, running } = JSON.parse(stdout) as Record<string, readonly unknown[]>;
    expect(applied).to.have.length(migrations.length);
    expect({ failed, running }).to.deep.equal({ failed: [], running: null });
  });

  for (const args of [['status', '--json'], ['check'], ['down', 'base', '--sql']])
    it(`A command whose output goes to a full disk never ends with code 0: ${args.join(' ')}`, async () => {
      const { code, stderr } = await toFullDisk('orchestrator-db', args);
      expect({ code, stderr }).to.deep.equal({ code: 1, stderr: WORDS });
    });

  it('A command whose output goes to a full disk never ends with code 0: init-database', async () => {
    const { code, stderr } = await toFullDisk('init-database', []);
    expect({ code, ends: stderr.endsWith(WORDS) }).to.deep.equal({ code: 1, ends: true });
  });

  for (const args of [
    ['up', '--sql'],
    ['up', '--sql', '--json'],
  ])
    it(`A command whose output is cut by a limit in the middle never ends with code 0: ${args.join(' ')}`, async () => {
      const file = join(folder, 'cut.sql');
      const { code, stderr } = await startProcess({
        script: 'orchestrator-db',
        args: [...args, '--dialect', 'postgres'],
        env: { DATABASE_URL: url },
        // In blocks of 512 bytes, or of 1,024 in some shells.
        through: ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f 4; "$@" > ${file}`, 'sh'],
      }).ended;
      expect(stderr).to.match(/^error: The output could not be written: .*\(EFBIG\)\. The command continued/);
      expect(code).to.equal(1);
      expect((await stat(file)).size).to.be.within(1, 4096);
    });
});
