import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers where the path of an ordinary user does not lead. */
const BESIDES = ['/usr/sbin', '/sbin'];

/** Programs that are not npm packages, and Debian's package of each. `npm test` needs none of them. */
const PACKAGES = {
  curl: 'curl',
  ip: 'iproute2',
  nft: 'nftables',
  pgbouncer: 'pgbouncer',
  pgpool: 'pgpool2',
  psql: 'postgresql-client',
  sqlite3: 'sqlite3',
} as const;

/** The name of such a program. */
export type ProgramName = keyof typeof PACKAGES;

/** All of them. */
export const PROGRAMS = Object.keys(PACKAGES) as readonly ProgramName[];

/**
 * Where a program is that a test needs.
 *
 * @throws Error naming the package when it is not there: such a test fails, it is never skipped
 */
export function findProgram(name: ProgramName): string {
  const found = pathOf(name);
  if (found === undefined) throw new Error(missingWords([name]));
  return found;
}

/**
 * Makes sure of all of them at once.
 *
 * @throws Error naming every package that is not there
 */
export function findAllPrograms(): void {
  const missing = PROGRAMS.filter((name) => pathOf(name) === undefined);
  if (missing.length > 0) throw new Error(missingWords(missing));
}

function pathOf(name: ProgramName): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...BESIDES];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The message of a test where programs are not installed. */
export function missingWords(names: readonly ProgramName[]): string {
  const packages = names.map((name) => PACKAGES[name]).join(' ');
  return (
    `${names.join(', ')}: not installed. The tests of \`npm run test:system\` need ${names.length === 1 ? 'it' : 'them'}. ` +
    `On Debian, run: apt-get install --no-install-recommends ${packages} (.ci/run does).`
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
