import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { KnownTarget, PostgresTarget } from '../src/database-url.js';
import { root } from '../test/support/run-script.js';
import { urlOf } from '../test/support/servers.js';
import { installed } from './migrate-installed.js';
import { prepareDrizzle, preparePrisma } from './migrate-forward-peers.js';
import { plainRevisions, type Peer, type Tool } from './migrate-plain-revisions.js';

/** The tools that are looked for. */
export function peers(): readonly Peer[] {
  return [
    { name: 'alembic', program: onPath('alembic'), prepare: prepareAlembic },
    { name: 'knex', program: installed('knex'), prepare: prepareKnex },
    { name: 'node-pg-migrate', program: installed('node-pg-migrate'), prepare: prepareNodePgMigrate },
    { name: 'drizzle-kit', program: installed('drizzle-kit'), prepare: prepareDrizzle },
    { name: 'prisma', program: onPath('prisma'), prepare: preparePrisma },
    { name: 'dbmate', program: onPath('dbmate'), prepare: prepareDbmate },
  ];
}

/** What the programs that were found on the path say of their versions. */
export function pathVersions(): readonly string[] {
  return ['alembic', 'prisma', 'dbmate'].flatMap((name) => {
    const program = onPath(name);
    if (program === undefined) return [];
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    return [stdout.trim().split('\n')[0] ?? name];
  });
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function postgresUrl(target: PostgresTarget): string {
  return urlOf(target);
}

function prepareAlembic(folder: string, target: KnownTarget, program: string): Tool {
  const url =
    target.dialect === 'sqlite'
      ? `sqlite:///${target.path}`
      : postgresUrl(target).replace('postgres:', 'postgresql:');
  mkdirSync(join(folder, 'versions'));
  writeFileSync(join(folder, 'alembic.ini'), '[alembic]\nscript_location = %(here)s\n');
  writeFileSync(join(folder, 'env.py'), ALEMBIC_ENV);
  const list = plainRevisions(target);
  for (const [index, { stamp, up, down }] of list.entries()) {
    const before = list[index - 1];
    const lines = [
      'from alembic import op',
      `revision = "${stamp}"`,
      `down_revision = ${before ? `"${before.stamp}"` : 'None'}`,
      `def upgrade():\n    for sql in ${JSON.stringify(up)}: op.get_bind().exec_driver_sql(sql)`,
      `def downgrade():\n    for sql in ${JSON.stringify(down)}: op.get_bind().exec_driver_sql(sql)`,
    ];
    writeFileSync(join(folder, 'versions', `${stamp}.py`), `${lines.join('\n')}\n`);
  }
  const common = { program, cwd: folder, env: { BENCH_URL: url } };
  return {
    up: { ...common, args: ['upgrade', 'head'] },
    down: [{ ...common, args: ['downgrade', 'base'] }],
  };
}

const ALEMBIC_ENV = `import os
from alembic import context
from sqlalchemy import create_engine, pool

with create_engine(os.environ["BENCH_URL"], poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
`;

function prepareKnex(folder: string, target: KnownTarget, program: string): Tool {
  for (const made of ['migrations', 'node_modules']) mkdirSync(join(folder, made));
  // Its command line runs the knex of the folder that it is called in.
  symlinkSync(dirname(dirname(realpathSync(program))), join(folder, 'node_modules', 'knex'));
  const options =
    target.dialect === 'sqlite'
      ? { client: 'sqlite3', connection: { filename: target.path }, useNullAsDefault: true }
      : { client: 'pg', connection: postgresUrl(target) };
  const config = { ...options, migrations: { directory: join(folder, 'migrations') } };
  writeFileSync(join(folder, 'knexfile.cjs'), `module.exports = ${JSON.stringify(config)};\n`);
  for (const { stamp, up, down } of plainRevisions(target)) {
    const method = (name: string, statements: readonly string[]) =>
      `exports.${name} = async (knex) => { for (const sql of ${JSON.stringify(statements)}) await knex.raw(sql); };\n`;
    writeFileSync(join(folder, 'migrations', `${stamp}_.cjs`), method('up', up) + method('down', down));
  }
  const knexfile = ['--knexfile', join(folder, 'knexfile.cjs')];
  // Wherever knex is installed, it is to find the drivers of this project.
  const common = { program, cwd: folder, env: { NODE_PATH: join(root, 'node_modules') } };
  return {
    up: { ...common, args: ['migrate:latest', ...knexfile] },
    down: [{ ...common, args: ['migrate:rollback', '--all', ...knexfile] }],
  };
}

function prepareNodePgMigrate(folder: string, target: KnownTarget, program: string): Tool {
  if (target.dialect === 'sqlite') throw new Error('it migrates PostgreSQL only');
  const list = plainRevisions(target);
  for (const { stamp, up, down } of list) {
    const method = (name: string, statements: readonly string[]) =>
      `exports.${name} = (pgm) => { for (const sql of ${JSON.stringify(statements)}) pgm.sql(sql); };\n`;
    writeFileSync(join(folder, `${stamp}_revision.cjs`), method('up', up) + method('down', down));
  }
  const common = { program, cwd: folder, env: { DATABASE_URL: postgresUrl(target) } };
  const options = ['--migrations-dir', folder];
  return {
    up: { ...common, args: ['up', ...options] },
    down: [{ ...common, args: ['down', String(list.length), ...options] }],
  };
}

function prepareDbmate(folder: string, target: KnownTarget, program: string): Tool {
  const url =
    target.dialect === 'sqlite' ? `sqlite:${target.path}` : `${postgresUrl(target)}?sslmode=disable`;
  const list = plainRevisions(target);
  const script = (statements: readonly string[]) => statements.map((sql) => `${sql};\n`).join('');
  for (const { stamp, up, down } of list)
    writeFileSync(
      join(folder, `${stamp}_revision.sql`),
      `-- migrate:up\n${script(up)}-- migrate:down\n${script(down)}`,
    );
  const options = ['--no-dump-schema', '--migrations-dir', folder];
  const common = { program, cwd: folder, env: { DATABASE_URL: url } };
  return {
    up: { ...common, args: [...options, 'migrate'] },
    down: list.map(() => ({ ...common, args: [...options, 'rollback'] })),
  };
}
