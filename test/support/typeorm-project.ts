import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { compiledCopy } from './compiled-copy.js';
import { startProcess, type Ended } from './processes.js';
import { root } from './run-script.js';

/** A project on TypeORM with SQLite, in the language and with the packages that it has. */
export interface TypeormProject {
  readonly home: string;
  /** Runs `orchestrator-db` there, compiled, with `-d` the file of its DataSource. */
  run(command: string, ...args: readonly string[]): Promise<Ended>;
  write(path: string, text: string): Promise<void>;
  /** The names of the files in a folder, sorted, with the stamp of each left out. */
  files(folder: string): Promise<readonly string[]>;
  /** The text of the one file in a folder with that ending; stamps and checksums are left out. */
  text(folder: string, ending: string): Promise<string>;
  /** Removes this package from the project; its command line still runs. */
  withoutThisPackage(): Promise<void>;
  remove(): Promise<void>;
}

/** What such a project is made of. */
export interface ProjectParts {
  /** `module` in package.json makes ES modules. */
  readonly type: 'module' | 'commonjs';
  /** Besides typeorm, reflect-metadata and this package. */
  readonly packages: readonly string[];
  /** Of tsconfig.json; none in a project in JavaScript. */
  readonly tsconfig?: object;
  /** The file of the DataSource. */
  readonly dataSource: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The type of the DataSource, for the driver that is installed. */
export const SQLITE = `type: '${chooseSqliteDriver().type}', database: 'shop.db'`;

/** Makes one in a folder of its own. */
export async function typeormProject(parts: ProjectParts): Promise<TypeormProject> {
  const home = await mkdtemp(join(tmpdir(), 'orchestrator-db-typeorm-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  };
  await write('package.json', JSON.stringify({ private: true, type: parts.type }));
  if (parts.tsconfig) await write('tsconfig.json', JSON.stringify(parts.tsconfig));
  for (const [path, text] of Object.entries(parts.files)) await write(path, text);
  await install(home, ['typeorm', 'reflect-metadata', ...parts.packages]);
  return {
    home,
    write,
    run: (command, ...args) =>
      startProcess({
        script: 'orchestrator-db',
        args: [command, '-d', parts.dataSource, ...args],
        // Node itself warns of what ts-node does, in other words in each version.
        env: { NODE_NO_WARNINGS: '1' },
        cwd: home,
      }).ended,
    files: async (folder) => (await readdir(join(home, folder))).map(withoutStamp).sort(),
    text: async (folder, ending) => {
      const file = (await readdir(join(home, folder))).find((name) => name.endsWith(ending));
      return withoutStamp(await readFile(join(home, folder, file ?? `no file ${ending}`), 'utf8'));
    },
    withoutThisPackage: () => rm(join(home, 'node_modules', 'orchestrator-db')),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** A stamp as STAMP, a checksum as PROOF. */
export function withoutStamp(text: string): string {
  return text.replaceAll(/[0-9a-f]{64}/g, 'PROOF').replaceAll(/\d{13}/g, 'STAMP');
}

async function install(home: string, packages: readonly string[]): Promise<void> {
  const modules = join(home, 'node_modules');
  await mkdir(modules, { recursive: true });
  for (const name of packages) await symlink(join(root, 'node_modules', name), join(modules, name));
  await symlink(dirname(dirname(compiledCopy().run)), join(modules, 'orchestrator-db'));
}
