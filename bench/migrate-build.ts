import { spawnSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/support/run-script.js';

/** This project as it is installed. */
export interface Build {
  readonly folder: string;
  /** The compiled command line. */
  readonly entry: string;
  /** A compiled DataSource of TypeORM's own class, with the same entities and revisions. */
  readonly plain: string;
  /** Says how long the stages of a process take. */
  readonly stages: string;
  /** TypeORM's compiled command line. */
  readonly typeorm: string;
}

/** Files of this folder that run compiled, beside what is measured. */
const OWN = ['bench/migrate-plain.js', 'bench/migrate-stages.js'] as const;

/**
 * Compiles the project into a folder, by the script of `npm run build`.
 *
 * @throws Error with what the compiler says when it fails
 */
export function build(folder: string): Build {
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const dist = join(folder, 'dist');
  const args = [join(root, 'scripts', 'build.js'), dist, join('bench', 'tsconfig.build.json'), ...OWN];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  if (status !== 0) throw new Error(`The project does not compile: ${stdout}${stderr}`);
  return {
    folder,
    entry: join(dist, 'scripts', 'orchestrator-db.js'),
    plain: join(dist, OWN[0]),
    stages: join(dist, OWN[1]),
    typeorm: join(root, 'node_modules', 'typeorm', 'cli.js'),
  };
}
