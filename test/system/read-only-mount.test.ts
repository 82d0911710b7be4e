import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../support/run-script.js';

describe('A database on a file system that is mounted read-only', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', 'none', folder]);
  });
  afterEach(async () => {
    execFileSync('umount', [folder]);
    await rmdir(folder);
  });

  it('A database on a file system that is mounted read-only is refused by up, and read by status', async () => {
    const path = join(folder, 'app.db');
    const env = { DATABASE_URL: `sqlite:${path}` };
    expect(await runScript('orchestrator-db', ['up'], { env })).to.deep.include({ code: 0 });
    execFileSync('sqlite3', [path, 'PRAGMA journal_mode = DELETE']);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const up = await runScript('orchestrator-db', ['up'], { env });
    expect(up.code).to.equal(1);
    expect(up.stderr).to.include(
      `error: Cannot connect to sqlite:${path}: its file system is mounted read-only.`,
    );
    expect(await runScript('orchestrator-db', ['status'], { env })).to.deep.include({ code: 0 });
  });
});
