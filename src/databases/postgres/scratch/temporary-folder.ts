/** Where an embedded server has its data until it ends. */

import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
/** The type of a file system in memory: https://www.kernel.org/doc/html/latest/filesystems/tmpfs.html */
const TMPFS = 0x01021994;
/** A server needs less than a tenth of it, bytes. */
const ROOM = 1_073_741_824;
/** Systems limit the path of a socket, some to 103 bytes: 47 of them are ours. */
const LONGEST = 56;

/**
 * The temporary folder of this machine. Unless another one is asked for, it is in memory: a disk spends more time on a
 * thousand small files than the server on its work. There, programs may not be allowed to run.
 *
 * @param runsPrograms whether programs are put there as well
 */
export function temporaryFolder(runsPrograms: boolean): string {
  const usual = tmpdir();
  if (usual === '/tmp' && !runsPrograms && hasRoom()) return IN_MEMORY;
  return Buffer.byteLength(usual) > LONGEST ? '/tmp' : usual;
}

function hasRoom(): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(IN_MEMORY);
    return type === TMPFS && bavail * bsize > ROOM;
  } catch {
    return false;
  }
}
