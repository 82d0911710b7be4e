import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { FolderLockedError } from '../../../../src/errors/generate.js';
import { LOCK_FILE, withFolderLock } from '../../../../src/generate/write/folder-lock.js';

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid ?? 0;
}

describe('The lock of a folder of revisions', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-lock-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const leave = (holder: object) => writeFile(join(folder, LOCK_FILE), JSON.stringify(holder));
  const refusal = async (waitMs = 0): Promise<FolderLockedError> => {
    const outcome: unknown = await withFolderLock(folder, waitMs, () => Promise.resolve()).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(FolderLockedError);
    return outcome as FolderLockedError;
  };

  it('The folder lock admits one process, names it to others, and is removed afterwards, whatever happens', async () => {
    const failing = withFolderLock(folder, 0, async () => {
      const error = await refusal();
      expect(error.message).to.equal(
        `${folder}: process ${process.pid} on ${hostname()} is writing revisions into this folder. Nothing was written. ` +
          `Wait until it ends, then run the command again. If it has crashed: rm ${join(folder, LOCK_FILE)}`,
      );
      expect(error.code).to.equal('FOLDER_LOCKED');
      throw new Error('the body failed');
    });
    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: the body failed');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('The folder lock waits as long as the given limit', async () => {
    let second: Promise<string> | undefined;
    const order: string[] = [];
    await withFolderLock(folder, 0, async () => {
      second = withFolderLock(folder, 60_000, () => Promise.resolve(`after ${order.join()}`));
      for (let turns = 0; turns < 20; turns += 1) await turn();
      order.push('first');
    });
    expect(await second).to.equal('after first');
  });

  it('The folder lock is taken from a process that has ended, and admits one process at a time', async () => {
    await leave({ pid: await deadProcess(), host: hostname(), token: 'a' });
    let inside = 0;
    let most = 0;
    const work = async (assertHeld: () => Promise<void>) => {
      inside += 1;
      most = Math.max(most, inside);
      await turn();
      await assertHeld();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => withFolderLock(folder, 60_000, work)));
    expect(most).to.equal(1);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  for (const [title, holder] of [
    ['of another machine', { pid: 1, host: 'elsewhere', token: 'a' }],
    ['whose text is none of ours', {}],
  ] as const)
    it(`The folder lock stays where it is a lock ${title}`, async () => {
      await leave(holder);
      expect((await refusal()).message).to.include(
        'pid' in holder ? 'process 1 on elsewhere is writing' : 'another process is writing',
      );
      expect(await readdir(folder)).to.deep.equal([LOCK_FILE]);
    });

  for (const [kind, remedy, make] of [
    ['symbolic link', 'rm', (path: string) => symlink('gone', path)],
    ['directory', 'rmdir', (path: string) => mkdir(path)],
    ['special file', 'rm', (path: string) => Promise.resolve(execFileSync('mkfifo', [path]))],
  ] as const)
    it(`The folder lock fails where a ${kind} has its name, and leaves it`, async () => {
      const path = join(folder, LOCK_FILE);
      await make(path);
      const error = await refusal(60_000);
      expect(error.message).to.equal(
        `${path}: a ${kind} has the name of the lock file. Nothing was written. Remove it, then run the command again: ${remedy} ${path}`,
      );
      expect(error).to.include({ code: 'FOLDER_LOCKED', holder: undefined });
      expect(await readdir(folder)).to.deep.equal([LOCK_FILE]);
    });

  it('The folder lock fails where a directory or a link prevents the removal of an old lock', async () => {
    const guard = join(folder, `${LOCK_FILE}.taking-away`);
    await leave({ pid: await deadProcess(), host: hostname(), token: 'a' });
    for (const make of [() => mkdir(guard), () => symlink('gone', guard)]) {
      await make();
      expect((await refusal()).lockFile).to.equal(guard);
      await rm(guard, { recursive: true });
    }
  });

  it('The folder lock leaves a file that replaced it during the work', async () => {
    const path = join(folder, LOCK_FILE);
    const replace = async () => {
      await rm(path);
      await mkdir(path);
      return 'done';
    };
    expect(await withFolderLock(folder, 0, replace)).to.equal('done');
    expect(await readdir(folder)).to.deep.equal([LOCK_FILE]);
  });

  it('The folder lock names its holder even before the holder has written its name', async () => {
    await writeFile(join(folder, LOCK_FILE), '');
    const refused = refusal();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    await leave({ pid: process.pid, host: hostname(), token: 'a' });
    expect((await refused).message).to.include(`process ${process.pid} on ${hostname()} is writing`);
  });

  it('The folder lock reports to its holder that it was removed', async () => {
    const losing = withFolderLock(folder, 0, async (assertHeld) => {
      await assertHeld();
      await leave({ pid: 1, host: 'elsewhere', token: 'a' });
      await assertHeld();
    });
    expect(await losing.catch((error: unknown) => error)).to.be.instanceOf(FolderLockedError);
    expect(await readdir(folder)).to.deep.equal([LOCK_FILE]);
  });
});
