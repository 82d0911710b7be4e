import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package of the npm registry in a temporary folder. */
export interface InstalledPackage {
  /** The folder of the package itself. */
  readonly path: string;
  /** A file of a project that depends on it, which need not exist. */
  readonly dependent: string;
  remove(): Promise<void>;
}

/** Installs a package in a folder of its own: one that no other test or tool needs is no dependency of the project. */
export async function installPackage(name: string, version: string): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-package-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--prefix', folder, ...quiet, `${name}@${version}`],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) {
    await remove();
    throw new Error(`npm install ${name}@${version}: ${stderr}`);
  }
  return { path: join(folder, 'node_modules', name), dependent: join(folder, 'index.js'), remove };
}
