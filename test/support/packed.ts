import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './run-script.js';

/** What an application installs beside this package, of the versions that there are here. */
const BESIDE = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/swagger',
  '@nestjs/terminus',
  '@nestjs/testing',
  '@nestjs/typeorm',
  '@types/express',
  '@types/node',
  'class-transformer',
  'class-validator',
  'pg',
  'reflect-metadata',
  'rxjs',
  'typescript',
];

const COMPILER_OPTIONS = {
  target: 'ES2022',
  module: 'NodeNext',
  strict: true,
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  skipLibCheck: true,
  rootDir: 'src',
  outDir: 'dist',
};

/** How modules of an application are loaded. */
export type ModuleKind = 'module' | 'commonjs';

/** The tarball of this package, as it is published: the one that PACKAGE_TARBALL names, else a new one in the folder. */
export function pack(folder: string): string {
  const before = process.env['PACKAGE_TARBALL'];
  if (before) return before;
  const printed = run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  return join(folder, printed.trim().split('\n').at(-1) ?? '');
}

/** An empty folder with the tarball, what it wants beside it, and TypeORM. */
export function installed(tarball: string, typeorm: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const wanted = BESIDE.map((name) => `${name}@${versionHere(name)}`);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  run('npm', ['install', ...quiet, tarball, `typeorm@${typeorm}`, ...wanted], { cwd: folder });
  return folder;
}

/** The example as an application of its own, compiled; its main module. */
export function application(folder: string, type: ModuleKind): string {
  const home = join(folder, type);
  mkdirSync(home);
  cpSync(join(root, 'examples/nest-orchestrator/src'), join(home, 'src'), { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ type }));
  writeFileSync(
    join(home, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['src'] }),
  );
  run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', home], { cwd: home });
  return join(home, 'dist/main.js');
}

/** A temporary folder that goes with this process. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Variables for npm: packages from what it has downloaded before, and the SQLite driver that was compiled here, which
 * is what it finds where its author has a prebuilt one. Without it each folder compiles the driver for minutes.
 */
export function npmHere(): Readonly<Record<string, string>> {
  const folder = emptyFolder();
  const name = `sqlite3-v${versionHere('sqlite3')}-napi-v6-${process.platform}-${process.arch}.tar.gz`;
  const driver = ['-czf', join(folder, name), 'build/Release/node_sqlite3.node'];
  run('tar', driver, { cwd: join(root, 'node_modules/sqlite3') });
  return {
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_sqlite3_local_prebuilds: folder,
  };
}

/** Where something is run, and in which environment; default this one. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** @throws Error with what it printed, when it does not end with 0 */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: Surroundings,
): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}.\n${stdout}${stderr}`);
}

/** The version of a package that is here. */
export function versionHere(name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
