import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/support/run-script.js';

/** Peers from the registry, and the drivers of drizzle-kit: always these versions. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@libsql/client': '0.18.0',
  'drizzle-kit': '0.31.11',
  'drizzle-orm': '0.45.4',
  knex: '3.3.0',
  'node-pg-migrate': '9.0.0',
  pg: '8.23.1',
};

const FOLDER = join(root, 'node_modules', '.cache', 'orchestrator-db-bench');

/** Installs the peers into a cache folder, once. Where there is no registry, they are left out. */
export function installPeers(): void {
  if (Object.entries(PACKAGES).every(([name, version]) => versionOf(name) === version)) return;
  mkdirSync(FOLDER, { recursive: true });
  const manifest = { private: true, dependencies: PACKAGES };
  writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(manifest)}\n`);
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  const { status, stderr } = spawnSync('npm', args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) process.stdout.write(`The peers could not be installed: ${stderr.trim()}\n`);
}

/** The command of a peer in the cache folder; undefined where that version is not installed. */
export function installed(name: string): string | undefined {
  const path = join(FOLDER, 'node_modules', '.bin', name);
  return versionOf(name) === PACKAGES[name] && existsSync(path) ? path : undefined;
}

/** A folder of its own below which programs find the packages of the cache folder. */
export function besideInstalled(name: string): string {
  const folder = join(FOLDER, 'projects', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The versions in the cache folder. */
export function installedVersions(): readonly string[] {
  return Object.keys(PACKAGES).flatMap((name) => {
    const version = versionOf(name);
    return version === undefined ? [] : [`${name} ${version}`];
  });
}

function versionOf(name: string): string | undefined {
  const path = join(FOLDER, 'node_modules', name, 'package.json');
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}
