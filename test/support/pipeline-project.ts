import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { compiledCopy } from './compiled-copy.js';
import { root, runProcess, type ProcessResult } from './run-script.js';

/** A project in a git repository, in which the steps of a pipeline run: a branch adds a column to what `main` has. */
export interface PipelineProject {
  readonly home: string;
  /** Runs a shell step as a runner does: it ends with the first command that fails. */
  step(script: string, env?: Readonly<Record<string, string>>): Promise<ProcessResult>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  commit(): void;
  remove(): Promise<void>;
}

const USER = { name: 'User', tableName: 'users', columns: { id: { type: 'integer', primary: true } } };
const NOTE = { ...USER, columns: { ...USER.columns, note: { type: 'text', nullable: true } } };

const DATA_SOURCE = `const { DataSource, EntitySchema } = require('typeorm');
exports.dataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [new EntitySchema(require('./user.json'))],
  migrations: [__dirname + '/migrations/*.js'],
});
`;

/** What a runner has and this machine lacks: npm installs what is here, and gh keeps what it is given. */
const PROGRAMS: Readonly<Record<string, string>> = {
  npm: '#!/bin/sh\ntest "$1" = ci && ln -sfn "$PIPELINE_MODULES" node_modules\n',
  gh: '#!/bin/sh\necho "$@" > "$PIPELINE_HOME/gh.txt"\ncp comment.md "$PIPELINE_HOME/commented.md"\n',
};

/** @param given the variables of the pipeline: the databases */
export async function pipelineProject(given: Readonly<Record<string, string>>): Promise<PipelineProject> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-pipeline-'));
  const home = join(folder, 'checkout');
  await mkdir(join(home, 'migrations'), { recursive: true });
  await install(folder);
  const env = {
    ...given,
    ...{ DATA_SOURCE: 'data-source.js', PIPELINE_HOME: folder, PIPELINE_MODULES: join(folder, 'modules') },
    PATH: [join(folder, 'programs'), process.env['PATH'] ?? ''].join(delimiter),
  };
  const write = (file: string, text: string) => writeFile(join(home, file), text);
  const git = (...words: readonly string[]) =>
    execFileSync('git', words, { cwd: home, env: GIT, stdio: 'pipe' });
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'changed');
  };
  const step = (script: string, also: Readonly<Record<string, string>> = {}) =>
    runProcess('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: home,
      env: { ...env, ...also },
    });
  const generate = async (name: string, entity: object) => {
    await write('user.json', JSON.stringify(entity));
    const { code, stderr } = await step(`npm ci && npx orchestrator-db generate ${name} -d data-source.js`);
    if (code !== 0) throw new Error(stderr);
    commit();
  };
  await write('.gitignore', 'node_modules\n');
  await write('package.json', '{"type":"commonjs"}');
  await write('data-source.js', DATA_SOURCE);
  await cp(join(root, 'examples/deploy/gitlab/code-quality.mjs'), join(home, 'code-quality.mjs'));
  git('init', '--quiet', '--initial-branch', 'main');
  await generate('Users', USER);
  git('remote', 'add', 'origin', '.');
  git('fetch', '--quiet', 'origin');
  git('switch', '--quiet', '--create', 'note');
  await generate('Note', NOTE);
  return {
    home,
    step,
    write,
    commit,
    read: (file) => readFile(join(home, file), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const GIT = {
  ...process.env,
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@localhost',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@localhost',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** The packages of the project, with its command line as npm links it. */
async function install(folder: string): Promise<void> {
  const modules = join(folder, 'modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  for (const name of ['typeorm', 'reflect-metadata', 'pg'])
    await symlink(join(root, 'node_modules', name), join(modules, name));
  await symlink(dirname(dirname(compiledCopy().run)), join(modules, 'orchestrator-db'));
  await program(
    join(modules, '.bin', 'orchestrator-db'),
    startsWithNode(compiledCopy().script('orchestrator-db')),
  );
  await mkdir(join(folder, 'programs'));
  for (const [name, text] of Object.entries(PROGRAMS)) await program(join(folder, 'programs', name), text);
}

function startsWithNode(file: string): string {
  return `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`;
}

async function program(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}
