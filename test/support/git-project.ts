import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type Ended } from './processes.js';
import { root } from './root.js';
import { postgresServer, urlOf } from './servers.js';

/** A project in CommonJS with hand-written migration classes, in a git repository. */
export interface GitProject {
  readonly folder: string;
  git(...words: readonly string[]): string;
  /** Writes a file of the folder `migrations`. */
  write(file: string, text: string): void;
  lint(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): void;
}

/** Made without any migration and without a commit; `url` is its database. */
export function gitProject(url = 'postgres://nobody@127.0.0.1:1/none'): GitProject {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-git-'));
  mkdirSync(join(folder, 'migrations'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('.gitignore', 'node_modules\nignored\n');
  write('package.json', '{"type":"commonjs"}');
  write('data-source.js', dataSourceText(url));
  const git = (...words: readonly string[]) =>
    execFileSync('git', words, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...AUTHOR } });
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    folder,
    git,
    write: (file, text) => write(join('migrations', file), text),
    lint: (args, env = {}) =>
      runCommand({
        script: 'orchestrator-db',
        args: ['lint', '-d', 'data-source.js', ...args],
        env: { SCRATCH_DATABASE_URL: urlOf(postgresServer()), ...env },
        cwd: folder,
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@localhost',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@localhost',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

function dataSourceText(url: string): string {
  return `const { DataSource } = require('typeorm');
exports.dataSource = new DataSource({ type: 'postgres', url: '${url}', migrations: [__dirname + '/migrations/*.js'] });
`;
}

/** A class that sends these statements up, and nothing down. */
export function classText(id: string, ...statements: readonly string[]): string {
  const sent = statements.map((sql) => `await queryRunner.query(${JSON.stringify(sql)});`).join(' ');
  return `exports.${id} = class ${id} { async up(queryRunner) { ${sent} } async down() { throw new Error('no'); } };\n`;
}
