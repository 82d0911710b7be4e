/** SQLite drivers, compiled once for all projects of a run. */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../support/root.js';
import { CommandFailure, ran } from './shell.js';

/** Drivers whose install script asks for a binary of their author first, and compiles where there is none. */
const COMPILED = ['sqlite3', 'better-sqlite3'];

/**
 * A folder with compiled drivers, where the install script of a driver finds them: as it would find those of its
 * author, it unpacks the one of its own version instead of compiling it.
 */
export class NativeBuilds {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What npm needs to find them, and Node's own headers for those that are not there. */
  env(): Readonly<Record<string, string>> {
    return {
      npm_config_sqlite3_local_prebuilds: this.#folder,
      npm_config_better_sqlite3_local_prebuilds: this.#folder,
      ...headersHere(),
    };
  }

  /** Compiles a driver, `sqlite3@5.1.7` for example, unless it was compiled before or never is. */
  provide(driver: string, scratch: string): Promise<void> {
    const made = this.#made.get(driver) ?? this.#make(driver, scratch);
    this.#made.set(driver, made);
    return made;
  }

  async #make(driver: string, scratch: string): Promise<void> {
    const [name = '', version = ''] = driver.split('@');
    if (!COMPILED.includes(name) || (await this.#has(name, version))) return;
    const home = compiledHere(name, version) ?? (await this.#compile(driver, join(scratch, driver)));
    if (home !== undefined) await this.#keep(home, `${name}-v${version}-${abi(name)}`);
  }

  async #has(name: string, version: string): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    return (await readdir(this.#folder)).some(
      (file) => file.startsWith(`${name}-v${version}-`) && file.endsWith('.gz'),
    );
  }

  /** @returns the folder of the package, or undefined where it contains binaries */
  async #compile(driver: string, folder: string): Promise<string | undefined> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    const words = ['install', '--no-audit', '--no-fund', driver];
    const ended = await ran('npm', words, { cwd: folder, env: { ...process.env, ...headersHere() } });
    if (ended.code !== 0) throw new CommandFailure(['npm', ...words], ended, [0]);
    const home = join(folder, 'node_modules', driver.split('@')[0] ?? '');
    return existsSync(join(home, 'build', 'Release')) ? home : undefined;
  }

  async #keep(home: string, name: string): Promise<void> {
    const release = join('build', 'Release');
    const binary = (await readdir(join(home, release))).find((file) =>
      /^(node|better)_sqlite3\.node$/.test(file),
    );
    if (binary === undefined) throw new Error(`${home} was not compiled.`);
    const file = join(this.#folder, `${name}-${process.platform}-${process.arch}.tar.gz`);
    const words = ['-czf', `${file}.part`, join(release, binary)];
    const ended = await ran('tar', words, { cwd: home, env: process.env });
    if (ended.code !== 0) throw new CommandFailure(['tar', ...words], ended, [0]);
    await rename(`${file}.part`, file);
  }
}

/** What the name of a binary says of the Node that it is for. */
function abi(name: string): string {
  return name === 'sqlite3' ? 'napi-v6' : `node-v${process.versions.modules}`;
}

/** The driver of this repository, if it is the one. */
function compiledHere(name: string, version: string): string | undefined {
  const home = join(root, 'node_modules', name);
  if (!existsSync(join(home, 'build', 'Release'))) return undefined;
  const text = readFileSync(join(home, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version === version ? home : undefined;
}

/** node-gyp would download headers that many installations of Node have. */
function headersHere(): Readonly<Record<string, string>> {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include/node/node_version.h')) ? { npm_config_nodedir: prefix } : {};
}
