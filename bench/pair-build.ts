import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/support/run-script.js';
import type { Command } from './migrate-process.js';

/** The last commit whose commands all load TypeORM: what the targets name "the build before". */
export const BEFORE = '9788e309';

/** What the entities and the revisions of a project are in. */
const PROJECT = ['src/entities', 'src/migrations', 'src/subscribers'] as const;
/** What a build is made of. */
const SOURCES = [
  'src',
  'scripts',
  'bench',
  'test',
  'ormconfig.ts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** A build of the project that runs in its own folder. */
export interface Home {
  readonly folder: string;
  /** A call of its command line. */
  readonly run: (...args: readonly string[]) => Command;
}

/** Both builds, on the same entities and revisions: those of the commit before. */
export interface Pair {
  readonly ours: Home;
  readonly before: Home;
  /** The same with one more column in an entity, for which no revision exists. */
  readonly oursChanged: Home;
  readonly beforeChanged: Home;
}

/** Says whether the commit is here: an archive of the sources has no history. */
export function hasBefore(): boolean {
  return spawnSync('git', ['cat-file', '-e', `${BEFORE}^{commit}`], { cwd: root }).status === 0;
}

/** Takes the commit out of the history and builds both. @throws Error with what fails */
export function buildPair(folder: string): Pair {
  const [before, ours] = [join(folder, 'before'), join(folder, 'ours')];
  mkdirSync(before);
  checked('git', ['archive', '-o', `${before}.tar`, BEFORE], root);
  checked('tar', ['xf', `${before}.tar`, '-C', before], root);
  for (const path of SOURCES) cpSync(join(root, path), join(ours, path), { recursive: true });
  for (const path of PROJECT) {
    rmSync(join(ours, path), { recursive: true });
    cpSync(join(before, path), join(ours, path), { recursive: true });
  }
  const changed = (from: string) => addColumn(from, `${from}-changed`);
  const pair = { beforeChanged: changed(before), oursChanged: changed(ours), before: built(before) };
  return { ...pair, ours: built(ours) };
}

/** A copy whose entity has one more column. */
function addColumn(from: string, to: string): Home {
  for (const path of SOURCES) cpSync(join(from, path), join(to, path), { recursive: true });
  const entity = join(to, 'src', 'entities', 'job.ts');
  const text = readFileSync(entity, 'utf8');
  const column = `  @Column({ name: 'priority', type: 'integer', default: 0 })\n  priority!: number;\n`;
  writeFileSync(entity, text.replace(/\}\s*$/, `\n${column}}\n`));
  return built(to);
}

/** Types are checked elsewhere. */
function built(folder: string): Home {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  checked(
    process.execPath,
    [join('scripts', 'build.js'), 'dist', 'tsconfig.build.json', '--unchecked'],
    folder,
  );
  const entry = join(folder, 'dist', 'scripts', 'orchestrator-db.js');
  const run = (...args: readonly string[]): Command => ({
    program: process.execPath,
    args: [entry, ...args],
    cwd: folder,
    env: {},
  });
  return { folder, run };
}

function checked(program: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed: ${stdout}${stderr}`);
}
