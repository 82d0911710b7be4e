import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the processes of one test run find the folder that they share. */
const VARIABLE = 'TEST_RUN_FOLDER';
const POLL_MS = 20;
const LIMIT_MS = 180_000;

/**
 * A temporary folder of this test run. The first process that asks for it creates it, hands it to its child processes
 * through the environment; it is removed after that process.
 */
export function runFolder(): string {
  const shared = process.env[VARIABLE];
  if (shared !== undefined && existsSync(shared)) return shared;
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-run-'));
  // The server of a run by root, and tests of file rights, are other users.
  chmodSync(folder, 0o1777);
  process.env[VARIABLE] = folder;
  removeAfterThisProcess(folder);
  return folder;
}

/**
 * Has this process and its child processes keep temporary files there, so that nothing is left by those that are
 * killed.
 */
export function keepTemporaryFilesInRunFolder(): void {
  process.env['TMPDIR'] = runFolder();
}

/**
 * Once standard input ends, which it does however this process dies. Servers that end then still write for a moment.
 */
const REMOVER = 'read -r _; for attempt in 1 2 3 4 5 6 7 8 9; do rm -rf "$0" && exit; sleep 1; done';

/** Kept, so that their standard input stays open. */
const removers: ChildProcess[] = [];

function removeAfterThisProcess(folder: string): void {
  const child = spawn('sh', ['-c', REMOVER, folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  removers.push(child);
}

/**
 * A folder that one process of the test run fills, and that all of them use. The others wait for it.
 *
 * @throws Error when it could not be filled, in each process that asks for it
 */
export function madeOnce(name: string, make: (folder: string) => void): string {
  const folder = join(runFolder(), name);
  const result = `${folder}.result`;
  if (claims(`${folder}.claim`)) writeWhole(result, faultOf(folder, make));
  else waitFor(result);
  const fault = readFileSync(result, 'utf8');
  if (fault !== '') throw new Error(fault);
  return folder;
}

/** Of all processes one succeeds. */
function claims(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** What went wrong; empty when nothing did. */
function faultOf(folder: string, make: (folder: string) => void): string {
  try {
    mkdirSync(folder);
    make(folder);
    return '';
  } catch (error) {
    return `${folder} could not be made: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The file appears with all of its text. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/** Blocks this process: its caller has nothing else to do. */
function waitFor(file: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < LIMIT_MS; waited += POLL_MS) {
    if (existsSync(file)) return;
    Atomics.wait(cell, 0, 0, POLL_MS);
  }
  throw new Error(`Another process of this test run did not finish ${file} within ${LIMIT_MS / 1000} s.`);
}
