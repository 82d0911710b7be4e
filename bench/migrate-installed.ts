import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/support/run-script.js';

/** Peers from the registry; the bench prints their versions. */
const PACKAGES = ['knex', 'node-pg-migrate'] as const;

const FOLDER = join(root, 'node_modules', '.cache', 'orchestrator-db-bench');

/** Installs the peers into a cache folder, once. Where there is no registry, they are left out. */
export function installPeers(): void {
  if (PACKAGES.every((name) => installed(name) !== undefined)) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES];
  const { status, stderr } = spawnSync('npm', args, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) process.stdout.write(`The peers could not be installed: ${stderr.trim()}\n`);
}

/** The command of a peer in the cache folder; undefined where it is not installed. */
export function installed(name: string): string | undefined {
  const path = join(FOLDER, 'node_modules', '.bin', name);
  return existsSync(path) ? path : undefined;
}

/** The versions in the cache folder, in words. */
export function installedVersions(): string {
  const versions = PACKAGES.filter((name) => installed(name) !== undefined).map((name) => {
    const text = readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8');
    return `${name} ${(JSON.parse(text) as { readonly version: string }).version}`;
  });
  return versions.join(', ') || 'none';
}
