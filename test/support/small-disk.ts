import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that is nearly full. */
export interface SmallDisk {
  /** Where it is. */
  readonly folder: string;
  /** Takes away what fills it. */
  makeRoom(): void;
  remove(): void;
}

/** Whose it is to be. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A disk of its own in memory, with so much room left; undefined where this user may not mount one. A test then takes
 * another way to the same end, it does not leave it out.
 */
export function mountSmallDisk(sizeMiB: number, freeKiB: number, owner?: Owner): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder]);
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - freeKiB * 1024));
  return {
    folder,
    makeRoom: () => unlinkSync(ballast),
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
