import { existsSync } from 'node:fs';
import { compiledCopy } from '../support/compiled-copy.js';
import { root, runScript, type ProcessResult } from '../support/run-script.js';

const FOLDER = 'test/cli/data-sources';

/** Runs the check command on a database in a process of its own. */
export function check(url: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runScript('orchestrator-db', ['check', ...args], { env: { DATABASE_URL: url } });
}

/** The same with a file of test/cli/data-sources behind -d. */
export function checkFile(name: string, env: Readonly<Record<string, string>> = {}): Promise<ProcessResult> {
  return runScript('orchestrator-db', ['check', '-d', dataSourcePath(name)], { env });
}

/** Where such a file is in the bundle; where it would be in the sources if there is none. */
export function dataSourcePath(name: string): string {
  const file = `${FOLDER}/${name}`;
  return existsSync(`${root}${file}`) ? compiledCopy().compiled(file) : `${root}${file}`;
}
