import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { run } from '../../src/cli/main.js';
import type { Io } from '../../src/cli/io.js';
import { systemClock } from '../../src/clock.js';
import { createDataSource } from '../../src/data-source.js';
import type { Revision } from '../../src/migrator/revision.js';
import type { Environment } from '../../src/settings.js';
import { recordingIo } from '../unit/cli/recording-io.js';
import { NOWHERE } from './run-shelves.js';
import type { ProcessResult } from './run-script.js';
import { postgresServer, urlOf } from './servers.js';

const REVISION = fileURLToPath(new URL('../../src/migrator/revision.js', import.meta.url));

/** Every generation has a stamp of its own, later than those before. */
const FIRST_STAMP = 1_795_700_000_000;

type Entities = readonly Function[];
type Revisions = readonly (new () => Revision)[];

/** A project in a folder of its own, whose command line runs in this process. */
export interface GenerateProject {
  /** Where its revisions are. */
  readonly folder: string;
  /** What its commands are called with: a server for scratch databases, and a database that is not there. */
  readonly env: Environment;
  /** Runs `generate`; a name is put into the folder, also where none need be given. */
  generate(entities: Entities, args: readonly string[], io?: Partial<Io>): Promise<ProcessResult>;
  /** Runs any command. */
  command(entities: Entities, args: readonly string[], given?: CommandGiven): Promise<ProcessResult>;
  /** The same as `generate`, which has to succeed. */
  succeed(entities: Entities, ...args: readonly string[]): Promise<ProcessResult>;
  /** The revisions that its index lists. */
  revisions(): Promise<Revisions>;
  /** Every file of the folder with what is in it. */
  files(): Promise<Readonly<Record<string, string>>>;
  remove(): Promise<void>;
}

/** Where and how a command runs. */
export interface CommandGiven {
  readonly env?: Environment;
  readonly io?: Partial<Io>;
  /** A part of the names of revisions that the code does not contain. */
  readonly without?: string;
}

/** Makes one without any revision. */
export async function generateProject(): Promise<GenerateProject> {
  const root = await mkdtemp(join(tmpdir(), 'orchestrator-db-generate-'));
  const folder = join(root, 'migrations');
  await mkdir(folder);
  const env = { DATABASE_URL: NOWHERE, SCRATCH_DATABASE_URL: urlOf(postgresServer()) };
  let loads = 0;
  let stamp = FIRST_STAMP;

  const revisions = async (): Promise<Revisions> => {
    if (!(await readdir(folder)).includes('index.ts')) return [];
    // A module is loaded once, whatever its file contains later.
    loads += 1;
    const copy = join(root, `load-${loads}`);
    await cp(folder, copy, { recursive: true });
    const { migrations } = (await import(pathToFileURL(join(copy, 'index.ts')).href)) as {
      readonly migrations: Revisions;
    };
    return migrations;
  };
  const command: GenerateProject['command'] = async (entities, args, given = {}) => {
    const { without } = given;
    const all = await revisions();
    const migrations = without === undefined ? all : all.filter(({ name }) => !name.includes(without));
    const io = recordingIo({ ...systemClock, env: { ...env, ...given.env }, ...given.io });
    const code = await run(args, io, {
      createDataSource: (settings, logger) =>
        Promise.resolve(createDataSource(settings, { entities, migrations, logger })),
      seed: unused,
      loadAdmins: unused,
      today: () => (stamp += 60_000),
      revisionModule: () => REVISION,
      lintAfter: undefined,
      pagePath: (page) => page,
      isHome: true,
      exportsOwn: () => false,
      manifest: undefined,
    });
    return { code, stdout: textOf(io.stdout), stderr: textOf(io.stderr) };
  };
  const generate: GenerateProject['generate'] = (entities, args, io = {}) => {
    const nameless = /^--(check|sql)$/.test(args[0] ?? '') ? ['Unnamed', ...args] : args;
    const words = nameless.map((word) => (/^[A-Z]\w*$/.test(word) ? join(folder, word) : word));
    // Changes in expand and contract have tests of their own, which pass --phases.
    const steps = args.includes('--phases') ? [] : ['--one-step'];
    return command(entities, ['generate', ...steps, ...words], { io });
  };
  return {
    folder,
    env,
    revisions,
    command,
    generate,
    succeed: async (entities, ...args) => {
      const result = await generate(entities, args);
      if (result.code !== 0) throw new Error(`It ended with ${String(result.code)}: ${result.stderr}`);
      return result;
    },
    files: async () => {
      const names = (await readdir(folder)).sort();
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

function unused(): Promise<never> {
  return Promise.reject(new Error('Nothing here asks for this.'));
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** A stamp, wherever it stands. */
export function withoutStamps(text: string): string {
  return text.replace(/\d{13}/g, 'STAMP');
}
