import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../errors/base.js';
import { ManifestRefusedError } from '../../errors/manifest.js';
import { DESIRED_FILE } from '../../migrator/manifest/desired.js';
import { MANIFEST_FILE } from '../../migrator/manifest/manifest.js';
import { scriptsIn } from '../../glob-folders.js';
import { OWN_DATA_SOURCE } from '../access.js';
import type { ExitCode, Io } from '../io.js';
import { loadDataSource } from '../load-data-source.js';
import { loadedFiles } from '../loaded-files.js';
import { manifestOf } from '../manifest-of.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';

/** Options of `build`, as given. */
export interface BuildOptions extends DataSourceOption {
  readonly json: boolean;
}

/**
 * Writes the manifest of a compiled DataSource beside its file.
 *
 * @returns 0 written, 3 refused, 64 the file is not compiled
 */
export async function build(options: BuildOptions, context: CommandContext): Promise<ExitCode> {
  const { io } = context;
  const path = compiledFile(options, context);
  const file = join(dirname(path), MANIFEST_FILE);
  const { manifest, desired } = await described(path, io).catch((error: unknown) => {
    // What was written for another state of the project would only be refused by each command.
    rmSync(file, { force: true });
    throw error;
  });
  write(join(dirname(file), DESIRED_FILE), desired);
  write(file, `${JSON.stringify(manifest, undefined, 1)}\n`);
  const revisions = manifest.revisions.length;
  const shown = relative('', file);
  if (options.json) printDocument(io, 'build', { file: shown, revisions });
  else io.out(`wrote ${shown} with ${revisions} revision${revisions === 1 ? '' : 's'}`);
  return 0;
}

/** @throws UsageError for sources, which change without a build */
function compiledFile({ dataSource }: BuildOptions, { project }: CommandContext): string {
  if (dataSource === undefined && project.manifest !== undefined)
    return join(dirname(project.manifest), OWN_DATA_SOURCE);
  if (dataSource !== undefined && !/\.[cm]?ts$/i.test(dataSource)) return resolve(dataSource);
  throw new UsageError(
    dataSource === undefined
      ? 'build reads compiled files: run npm run build, which compiles this package and writes its manifest'
      : `build reads compiled files, and ${dataSource} is TypeScript. Compile it, and pass the compiled file with -d`,
  );
}

async function described(path: string, io: Io): ReturnType<typeof manifestOf> {
  const before = loadedFiles();
  const env = JSON.stringify(io.env);
  const dataSource = await loadDataSource(path, io.env);
  if (JSON.stringify(io.env) !== env)
    throw new ManifestRefusedError('loading the DataSource sets environment variables');
  const loaded = [...loadedFiles()].filter((file) => !before.has(file) && isOfProject(file));
  const { migrationsFolder } = dataSource as { readonly migrationsFolder?: string };
  const revisions = migrationsFolder === undefined ? [] : scriptsIn(migrationsFolder);
  const files = [...new Set([path, ...loaded, ...revisions])];
  return manifestOf({ dataSource, path, files, env: io.env });
}

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));

/** The version of this package stands for its own files, and its compiled files contain the names of each other. */
function isOfProject(file: string): boolean {
  return !file.includes(`${sep}node_modules${sep}`) && !file.startsWith(`${PACKAGE}${sep}`);
}

/** In one step, so that no command reads half of it. */
function write(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}
