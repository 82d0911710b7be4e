import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runFolder } from './run-folder.js';
import { root } from './root.js';

/** How long a test file took, with its hooks. */
export interface FileTime {
  /** From the root of the repository. */
  readonly file: string;
  readonly ms: number;
}

/** Notes it for the process that reports. */
export function noteFileTime(path: string, ms: number): void {
  const time: FileTime = { file: relative(root, path), ms: Math.round(ms) };
  appendFileSync(list(), `${JSON.stringify(time)}\n`);
}

/** All that were noted in this test run, the slowest first. */
export function fileTimes(): readonly FileTime[] {
  if (!existsSync(list())) return [];
  const lines = readFileSync(list(), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FileTime).sort((one, other) => other.ms - one.ms);
}

function list(): string {
  return join(runFolder(), 'file-times');
}
