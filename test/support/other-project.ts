import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiledCopy } from './compiled-copy.js';

/** A copy of this project, compiled, whose revisions are those that a file of test/support exports as `revisions`. */
export interface OtherProject {
  /** Its starter, for startProcess. */
  readonly run: string;
  remove(): void;
}

/** Its command lines then work on those without any `-d`, by its own ormconfig. */
export function projectWithRevisions(file: string): OtherProject {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-project-'));
  cpSync(dirname(dirname(compiledCopy().run)), folder, { recursive: true, verbatimSymlinks: true });
  rmSync(join(folder, 'dist', 'src', 'migrations'), { recursive: true });
  cpSync(
    compiledCopy().compiled(`test/support/${file}.ts`),
    join(folder, 'dist', 'src', 'migrations', '1800000000371-ReadSlowly.js'),
  );
  writeFileSync(
    join(folder, 'dist', 'src', 'migrations', 'index.js'),
    `export { revisions as migrations } from './1800000000371-ReadSlowly.js';\n`,
  );
  return {
    run: join(folder, 'scripts', 'run.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
