import { runProcess, root, type ProcessResult } from './run-script.js';

/** Any user and group that owns nothing; they need no name. */
const NOBODY = 65_534;

/**
 * Runs a command as a user who is not root, whom no folder is closed to: as ourselves, or, when we are root, as a
 * process that gives root up once its own code is loaded, which only root may be able to read.
 */
export function runUnprivileged(command: 'init' | 'check', databaseUrl: string): Promise<ProcessResult> {
  const program = `
    import { main } from '${root}scripts/main.ts';
    import { chooseSqliteDriver } from '${root}src/databases/sqlite/driver.ts';
    chooseSqliteDriver();
    if (process.getuid?.() === 0) {
      process.setgroups([]);
      process.setgid(${NOBODY});
      process.setuid(${NOBODY});
    }
    await main(['${command}']);`;
  const options = ['--import', 'tsx', '--input-type=module', '--eval', program];
  return runProcess(process.execPath, options, { env: { DATABASE_URL: databaseUrl } });
}
