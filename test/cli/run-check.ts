import { runScript, type ProcessResult } from '../support/run-script.js';

/** Runs the check command on a database in a process of its own. */
export function check(url: string, ...args: readonly string[]): Promise<ProcessResult> {
  return runScript('orchestrator-db', ['check', ...args], { env: { DATABASE_URL: url } });
}

/** The same with a file of test/cli/data-sources behind -d. */
export function checkFile(name: string, env: Readonly<Record<string, string>> = {}): Promise<ProcessResult> {
  return runScript('orchestrator-db', ['check', '-d', `test/cli/data-sources/${name}`], { env });
}
