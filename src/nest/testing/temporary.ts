import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ALL = { recursive: true, force: true } as const;
const folders = new Set<string>();
let isWatching = false;

/**
 * Creates a folder, removed at the end of this process at the latest: a module that does not compile is never closed.
 */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (!isWatching) process.once('exit', () => folders.forEach((left) => rmSync(left, ALL)));
  isWatching = true;
  folders.add(folder);
  return folder;
}

/** Removes such a folder earlier. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, ALL);
  folders.delete(folder);
}
