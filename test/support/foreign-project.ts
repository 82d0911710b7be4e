import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import type { DialectName } from '../../src/databases/registry.js';
import { compiledCopy } from './compiled-copy.js';
import { startProcess, type Ended, type Running } from './processes.js';
import { root } from './run-script.js';
import { postgresServer, urlOf } from './servers.js';

/** Packages that such a project has installed. */
const PACKAGES = ['typeorm', 'reflect-metadata'];

/** A foreign TypeORM project, with a plain DataSource, where this package is installed. */
export interface ForeignProject {
  readonly home: string;
  /** Where its revisions are. */
  readonly folder: string;
  /** Says what the entities are. */
  write(entities: string): Promise<void>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** `orchestrator-db generate -d` its DataSource, in a process of its own. */
  generate(...args: readonly string[]): Promise<Ended>;
  files(): Promise<readonly string[]>;
  text(file: string): Promise<string>;
  remove(): Promise<void>;
}

/** How its DataSource finds entities and revisions. */
export interface ForeignKind {
  readonly dialect: DialectName;
  readonly globs: boolean;
}

/** Makes one without any revision. */
export async function foreignProject({ dialect, globs }: ForeignKind): Promise<ForeignProject> {
  const home = await mkdtemp(join(tmpdir(), 'orchestrator-db-foreign-'));
  const folder = join(home, 'src', 'migrations');
  await mkdir(folder, { recursive: true });
  await install(home);
  await writeFile(join(home, 'data-source.js'), dataSourceText(dialect, globs));
  const env = { SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
  const start: ForeignProject['start'] = (args, more = {}) =>
    startProcess({
      script: 'orchestrator-db',
      args: ['generate', '-d', 'data-source.js', ...args],
      env: { ...env, ...more },
      cwd: home,
    });
  return {
    home,
    folder,
    write: (entities) => compileTo(join(home, 'dist', 'entities.js'), entities),
    start,
    generate: async (...args) => {
      await compileRevisions(folder, join(home, 'dist', 'migrations'));
      return start(args).ended;
    },
    files: async () => (await readdir(folder)).sort(),
    text: (file) => readFile(join(folder, file), 'utf8'),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

async function install(home: string): Promise<void> {
  const modules = join(home, 'node_modules');
  await mkdir(modules);
  await writeFile(join(home, 'package.json'), '{"type":"module","private":true}');
  await writeFile(join(home, 'tsconfig.json'), '{"compilerOptions":{"outDir":"dist"}}');
  for (const name of PACKAGES) await symlink(join(root, 'node_modules', name), join(modules, name));
  await symlink(dirname(dirname(compiledCopy().run)), join(modules, 'orchestrator-db'));
}

function dataSourceText(dialect: DialectName, globs: boolean): string {
  const where =
    dialect === 'postgres'
      ? `type: 'postgres', url: 'postgres://nobody:nothing@127.0.0.1:1/shop'`
      : `type: '${chooseSqliteDriver().type}', database: 'shop.db'`;
  const contents = globs
    ? `entities: ['dist/entities.js'], migrations: ['dist/migrations/[0-9]*.js']`
    : `entities: Object.values(entities), migrations: Object.values(migrations)`;
  const imports = globs
    ? ''
    : `import * as entities from './dist/entities.js';\nimport * as migrations from './dist/migrations/index.js';\n`;
  return `import 'reflect-metadata';\nimport { DataSource } from 'typeorm';\n${imports}
export const dataSource = new DataSource({ ${where}, ${contents}, synchronize: true });\n`;
}

/** As the project's own build does. */
async function compileRevisions(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const files = (await readdir(from)).filter((file) => /^\d+.*\.ts$/.test(file));
  for (const file of files)
    await compileTo(join(to, file.replace(/\.ts$/, '.js')), await readFile(join(from, file), 'utf8'));
  const exports = files.map((file) => `export * from './${file.replace(/\.ts$/, '.js')}';\n`).join('');
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'index.js'), exports);
}

async function compileTo(path: string, text: string): Promise<void> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, outputText);
}
