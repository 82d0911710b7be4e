import { readFileSync, statfsSync } from 'node:fs';

/** Linux keeps this folder in memory. */
const FOLDER = '/dev/shm';
/** What a test run may need: databases, and applications that are installed. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * Has this process and those that it starts keep temporary files in memory, unless TMPDIR is set: a database is created
 * there at a third of the cost. Where there is no room, or no program may be executed, all stays as it is.
 */
export function keepFilesInMemory(): void {
  if (process.env['TMPDIR'] === undefined && hasRoom() && mayExecute()) process.env['TMPDIR'] = FOLDER;
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(FOLDER);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}

/** The server of a run by root, and drivers of applications that are installed, lie in temporary folders. */
function mayExecute(): boolean {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const [, , , options = 'noexec'] = mounts.find((line) => line.split(' ')[1] === FOLDER)?.split(' ') ?? [];
    return !options.split(',').includes('noexec');
  } catch {
    return false;
  }
}
