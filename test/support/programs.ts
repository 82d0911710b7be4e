import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers where the path of an ordinary user does not lead. */
const BESIDES = '/usr/sbin';

/** Programs that are not npm packages, and Debian's package of each. */
const PACKAGES = { pgbouncer: 'pgbouncer', psql: 'postgresql-client', sqlite3: 'sqlite3' } as const;

/**
 * Where a program is that a test needs.
 *
 * @throws Error naming the package when it is not there: such a test fails, it is never skipped
 */
export function findProgram(name: keyof typeof PACKAGES): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), BESIDES];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    `This test needs the program ${name}, which is not installed. On Debian: ` +
      `apt-get install --no-install-recommends ${PACKAGES[name]} (.ci/run does it).`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
