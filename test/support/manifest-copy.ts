import { cpSync, copyFileSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestChecksum, type Manifest } from '../../src/migrator/manifest/manifest.js';
import { compiledCopy } from './compiled-copy.js';
import { root } from './root.js';
import { runFolder } from './run-folder.js';
import { runProcess, type ProcessResult } from './run-script.js';

/** This project compiled, in a folder of its own, so that a test may damage it. */
export interface ManifestCopy {
  readonly folder: string;
  /** The path of its manifest. */
  readonly manifest: string;
  /** Runs its command line. */
  readonly run: (args: readonly string[], databaseUrl: string) => Promise<ProcessResult>;
  /** Changes its manifest, whose checksum then fits again. */
  readonly rewrite: (changes: Partial<Manifest> | ((manifest: Manifest) => Partial<Manifest>)) => void;
}

/** A new copy, removed with the folder of the test run. */
export function manifestCopy(): ManifestCopy {
  const folder = mkdtempSync(join(runFolder(), 'manifest-'));
  const dist = join(folder, 'dist');
  cpSync(join(compiledCopy().script('orchestrator-db'), '..', '..'), dist, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const manifest = join(dist, 'revisions.json');
  const script = join(dist, 'scripts', 'orchestrator-db.js');
  return {
    folder,
    manifest,
    run: (args, databaseUrl) =>
      runProcess(process.execPath, [script, ...args], { cwd: folder, env: { DATABASE_URL: databaseUrl } }),
    rewrite: (changes) => {
      const before = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
      const after = { ...before, ...(typeof changes === 'function' ? changes(before) : changes) };
      writeFileSync(manifest, JSON.stringify({ ...after, checksum: manifestChecksum(after) }));
    },
  };
}
