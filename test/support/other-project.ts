import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.js';

/** A copy of this project, built, whose revisions are those that a file of test/support exports as `revisions`. */
export interface OtherProject {
  /** Its starter, for startProcess. */
  readonly run: string;
  remove(): void;
}

const COPIED = ['package.json', 'tsconfig.json', 'ormconfig.ts', 'scripts', 'src'];

/** Its command lines then work on those without any `-d`, by its own ormconfig. */
export function projectWithRevisions(file: string): OtherProject {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-project-'));
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  replaceRevisions(join(folder, 'src', 'migrations'), file);
  const args = ['scripts/build.js', '--unchecked'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The project does not build: ${stderr}`);
  // The starter takes the sources where tsx is there to compile them.
  for (const path of ['src', 'scripts']) rmSync(join(folder, path), { recursive: true });
  cpSync(join(root, 'scripts', 'run.js'), join(folder, 'scripts', 'run.js'));
  return {
    run: join(folder, 'scripts', 'run.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function replaceRevisions(folder: string, file: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  cpSync(join(root, `test/support/${file}.ts`), join(folder, '1800000000371-ReadSlowly.ts'));
  writeFileSync(
    join(folder, 'index.ts'),
    `export { revisions as migrations } from './1800000000371-ReadSlowly.js';\n`,
  );
}
