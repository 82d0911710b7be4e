/** Where projects keep the file of their DataSource, for messages that name it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { nearestFile } from '../generate/write/module-kind.js';

/** `typeorm init` writes src/data-source.ts; the others are what many projects have. */
const FOLDERS = ['src', '.', 'src/config', 'config', 'src/database', 'database', 'src/db', 'db'];
const NAMES = ['data-source', 'datasource', 'dataSource', 'ormconfig', 'typeorm.config', 'typeorm'];
const EXTENSIONS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const FILES = NAMES.flatMap((name) => EXTENSIONS.map((extension) => `${name}.${extension}`));

/** The file after `-d` in a script that calls TypeORM's command line. */
const SCRIPT = /typeorm\b.*\s(?:-d|--data-?[sS]ource)(?:\s+|=)(["']?)([^\s"']+)\1/;

/**
 * The file that seems to export the DataSource of the current project, from the working directory. It loads none: the
 * scripts of package.json name it, or it has a usual name and speaks of a DataSource.
 */
export function findDataSource(): string | undefined {
  const manifest = nearestFile('package.json', resolve(''));
  const root = manifest === undefined ? resolve('') : dirname(manifest);
  const usual = FOLDERS.flatMap((folder) => FILES.map((file) => join(folder, file)));
  const found = [...scriptedIn(manifest), ...usual]
    .map((name) => join(root, name))
    .find((path) => textOf(path).includes('DataSource'));
  return found === undefined ? undefined : relative('', found).replaceAll('\\', '/');
}

/** The usual one of a folder, from that folder. */
export function findDataSourceIn(folder: string): string | undefined {
  return FILES.find((name) => textOf(join(folder, name)).includes('DataSource'));
}

function scriptedIn(manifest: string | undefined): readonly string[] {
  const { scripts } = manifestAt(manifest);
  return Object.values(scripts ?? {}).flatMap((command) => SCRIPT.exec(String(command))?.[2] ?? []);
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, unknown>> | null;
}

/** What a package.json declares; nothing where it cannot be read. */
function manifestAt(path: string | undefined): Manifest {
  try {
    return (JSON.parse(path === undefined ? '{}' : readFileSync(path, 'utf8')) ?? {}) as Manifest;
  } catch {
    return {};
  }
}

function textOf(path: string): string {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
}
