import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
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
const OWN = ['migrate-plain', 'migrate-stages'] as const;

/**
 * Compiles the project into a folder, as `npm run build` does.
 *
 * @throws Error with what the compiler says when nothing came out
 */
export function build(folder: string): Build {
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const dist = join(folder, 'dist');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', join(root, 'tsconfig.build.json'), '--outDir', dist];
  const { stdout } = spawnSync(process.execPath, [tsc, ...args], { encoding: 'utf8' });
  const entry = join(dist, 'scripts', 'orchestrator-db.js');
  if (!existsSync(entry)) throw new Error(`The project does not compile: ${stdout}`);
  mkdirSync(join(dist, 'bench'));
  const [plain = '', stages = ''] = OWN.map((name) => compile(name, join(dist, 'bench', `${name}.js`)));
  return { folder, entry, plain, stages, typeorm: join(root, 'node_modules', 'typeorm', 'cli.js') };
}

function compile(name: string, to: string): string {
  const source = readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  writeFileSync(to, ts.transpileModule(source, { compilerOptions }).outputText);
  return to;
}
