/**
 * Runs the unit tests and those of the command line on another Node, from the packages of npm:
 *
 *     test-on-node 22
 *     test-on-node 22 loading
 *
 * With `loading`, of the latter only those that load code: there versions of Node differ.
 *
 * It installs Node into a temporary folder and puts it first in the path, so that processes of the tests use it too.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major = '22', part] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-node-'));

process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** The package that contains only the program, for this platform. */
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const bin = join(folder, 'node_modules', name, 'bin');
writeFileSync(join(folder, 'package.json'), '{"private":true}');
run('npm', ['install', '--no-audit', '--no-fund', `${name}@${major}`], folder);

const node = join(bin, 'node');
run(node, ['--version'], root);
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
run(node, [mocha, '--config', 'test/unit/.mocharc.json'], root);
run(node, [mocha, '--config', `test/cli/.mocharc${part === 'loading' ? '.loading' : ''}.json`], root);

function run(command: string, args: readonly string[], cwd: string): void {
  // The tests choose their own tsconfig.json.
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    TSX_TSCONFIG_PATH: undefined,
  };
  const { status } = spawnSync(command, args, { cwd, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
