/**
 * Runs the whole suite in a throw-away copy of this tree in which other packages are installed:
 *
 *     test-with-packages typeorm@1.1.1 better-sqlite3@12.11.1 --without sqlite3
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const copy = mkdtempSync(join(tmpdir(), 'orchestrator-db-copy-'));
// Some tests run as an unprivileged user, who must be able to read the code.
chmodSync(copy, 0o755);

process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const words = process.argv.slice(2);
const boundary = words.includes('--without') ? words.indexOf('--without') : words.length;
const install = words.slice(0, boundary);
const without = words.slice(boundary + 1);

copyTree();
if (without.length > 0) npm('pkg', 'delete', ...without.map((name) => `devDependencies.${name}`));
npm('install', '--save-dev', '--save-exact', ...install);
npm('test');

/** Copies the tracked and the new files, and the packages, so that npm installs only the differences. */
function copyTree(): void {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const files = listed.stdout.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of [...files, 'node_modules'])
    cpSync(join(root, file), join(copy, file), { recursive: true, verbatimSymlinks: true });
}

function npm(...args: readonly string[]): void {
  // The copy uses its own tsconfig.json.
  const env = { ...process.env, TSX_TSCONFIG_PATH: undefined };
  const { status } = spawnSync('npm', args, { cwd: copy, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
