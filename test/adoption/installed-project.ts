import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { root } from '../support/root.js';
import { CommandFailure, ran, type Ended } from './shell.js';
import type { Project } from './projects.js';

const SOURCES = join(root, 'test', 'adoption', 'projects');
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];

/** Where a project is put, and what it is installed with. */
export interface Premises {
  /** An empty folder. */
  readonly home: string;
  readonly tarball: string;
  /** For npm. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder with programs that come first in the path. */
  readonly bin?: string;
  /** A server for scratch databases. */
  readonly scratch: string;
}

/** A project in a folder of its own, and the programs that are installed there. */
export class InstalledProject {
  readonly project: Project;
  readonly #premises: Premises;

  constructor(project: Project, premises: Premises) {
    this.project = project;
    this.#premises = premises;
  }

  /** Copies the project and installs what it had before it knew us. */
  async settle(): Promise<void> {
    const { home } = this.#premises;
    await cp(join(SOURCES, this.project.form.folder), home, { recursive: true });
    await rm(join(home, 'change'), { recursive: true });
    await this.#npm(['install', '--save-exact', ...QUIET, ...this.#flags(), ...packagesOf(this.project)]);
  }

  /** Installs this package from the tarball, as a user does. */
  async adopt(): Promise<void> {
    await this.#npm(['install', ...QUIET, ...this.#flags(), this.#premises.tarball, 'libpg-query@18']);
    this.#assertInstalled();
  }

  /** The project's own build, if it has one. */
  async build(): Promise<void> {
    const { scripts = {} } = JSON.parse(
      await readFile(join(this.#premises.home, 'package.json'), 'utf8'),
    ) as { readonly scripts?: Readonly<Record<string, string>> };
    if ('build' in scripts) await this.#npm(['run', '-s', 'build']);
  }

  /** Changes an entity, as a day's work does. */
  async change(): Promise<void> {
    const change = join(SOURCES, this.project.form.folder, 'change');
    await cp(change, this.#premises.home, { recursive: true });
    await this.build();
  }

  /** Runs this package's command on a database. @throws CommandFailure unless it ends with one of the codes */
  ours(database: string, args: readonly string[], codes: readonly number[] = [0]): Promise<Ended> {
    return this.#bin('orchestrator-db', [...args, '-d', this.project.form.dataSource], { database, codes });
  }

  /** Runs TypeORM's own command line on a database, with another file of the DataSource if one is given. */
  typeorm(
    database: string,
    words: readonly string[],
    dataSource = this.project.form.dataSource,
  ): Promise<Ended> {
    const name = this.project.form.tsNode === true ? 'typeorm-ts-node-commonjs' : 'typeorm';
    return this.#bin(name, [...words, '-d', dataSource], { database, codes: [0, 1] });
  }

  /** The rows of statements on a database, by the project's own DataSource. */
  async ask(database: string, statements: readonly string[]): Promise<readonly unknown[]> {
    const { dataSource, tsNode } = this.project.form;
    const script = join(root, 'test', 'adoption', 'asked.mjs');
    const loader = tsNode === true ? ['--require', 'ts-node/register'] : [];
    const { stdout } = await this.node(database, [...loader, script, dataSource, ...statements]);
    return JSON.parse(stdout) as readonly unknown[];
  }

  /** Runs a module of the project. */
  node(database: string, args: readonly string[]): Promise<Ended> {
    return this.#run('node', args, { database, codes: [0] });
  }

  /** Writes a file of the project. */
  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.#premises.home, file), text);
  }

  /** The path of a file of the project. */
  path(file: string): string {
    return join(this.#premises.home, file);
  }

  #flags(): readonly string[] {
    return this.project.legacyPeerDeps === true ? ['--legacy-peer-deps'] : [];
  }

  async #npm(args: readonly string[]): Promise<void> {
    await this.#run('npm', args, { database: '', codes: [0] });
  }

  #bin(name: string, args: readonly string[], how: How): Promise<Ended> {
    return this.#run(join('node_modules', '.bin', name), args, how);
  }

  async #run(command: string, args: readonly string[], { database, codes }: How): Promise<Ended> {
    const { home, env, bin, scratch } = this.#premises;
    const path = bin === undefined ? env['PATH'] : `${bin}${delimiter}${env['PATH'] ?? ''}`;
    const more = { PATH: path, SHOP_DATABASE: database, SCRATCH_DATABASE_URL: scratch, NO_COLOR: '1' };
    const ended = await ran(command, args, { cwd: home, env: { ...env, ...more } });
    if (ended.code !== null && codes.includes(ended.code)) return ended;
    throw new CommandFailure([command, ...args], ended, codes);
  }

  /** One TypeORM, the one that was asked for. */
  #assertInstalled(): void {
    const modules = join(this.#premises.home, 'node_modules');
    if (existsSync(join(modules, 'orchestrator-db', 'node_modules', 'typeorm')))
      throw new Error('npm installed a second TypeORM for this package.');
    for (const wanted of packagesOf(this.project)) {
      const [, name = '', version = ''] = /^(.+)@(.+)$/.exec(wanted) ?? [];
      const file = join(modules, name, 'package.json');
      const found = (createRequire(import.meta.url)(file) as { readonly version: string }).version;
      if (found !== version) throw new Error(`npm installed ${name} ${found} instead of ${version}.`);
    }
  }
}

interface How {
  readonly database: string;
  readonly codes: readonly number[];
}

function packagesOf({ typeorm, driver, nest }: Project): readonly string[] {
  const [core, module] = nest ?? [];
  const ofNest =
    core === undefined || module === undefined
      ? []
      : [`@nestjs/common@${core}`, `@nestjs/core@${core}`, `@nestjs/typeorm@${module}`];
  return [`typeorm@${typeorm}`, driver, ...ofNest];
}
