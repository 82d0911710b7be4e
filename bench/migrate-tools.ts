import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownTarget } from '../src/database-url.js';
import { chooseSqliteDriver } from '../src/databases/sqlite/driver.js';
import { migrations } from '../src/migrations/index.js';
import { root } from '../test/support/run-script.js';
import { urlOf } from '../test/support/servers.js';
import { bareScript } from './migrate-bare-script.js';
import type { Build } from './migrate-build.js';
import { peers } from './migrate-peers.js';
import type { Tool } from './migrate-plain-revisions.js';
import type { Command } from './migrate-process.js';

/** A command line that is measured; made anew for each database. */
export interface Contestant {
  readonly name: string;
  readonly prepare: (folder: string, target: KnownTarget) => Tool;
}

export const OURS = 'ours';
/** The task of a script that only reads the list of revisions. */
export const BARE = 'bare script';
export const TYPEORM = 'TypeORM CLI';

/** Ours, TypeORM's own, and the peers that are installed. */
export function contestants(build: Build): readonly Contestant[] {
  const installed = peers().flatMap(({ name, program, prepare }) =>
    program === undefined
      ? []
      : [
          {
            name,
            prepare: (folder: string, target: KnownTarget) => prepare(emptied(folder), target, program),
          },
        ],
  );
  return [
    { name: OURS, prepare: (folder, target) => withBare(oursOn(build, target), folder, target) },
    { name: TYPEORM, prepare: (_folder, target) => typeormOn(build, target) },
    ...installed,
  ];
}

/** The bare script reads the list that ours has made. */
function withBare(tool: Tool, folder: string, target: KnownTarget): Tool {
  return { ...tool, more: { ...tool.more, [BARE]: bareScript(folder, target) } };
}

/** Which peers were looked for, and which are here. */
export function peersFound(): string {
  const names = (found: boolean) =>
    peers()
      .filter(({ program }) => (program !== undefined) === found)
      .map(({ name }) => name)
      .join(', ') || 'none';
  return `peers found: ${names(true)}; looked for and not found: ${names(false)}`;
}

/** DATABASE_URL of a target. */
export function urlOfTarget(target: KnownTarget): string {
  return target.dialect === 'sqlite' ? `sqlite:${target.path}` : urlOf(target);
}

/** The compiled command line of this project. */
export function oursOn({ entry }: Build, target: KnownTarget): Tool {
  const run = (...args: string[]): Command => ({
    program: process.execPath,
    args: [entry, ...args],
    cwd: root,
    env: { DATABASE_URL: urlOfTarget(target) },
  });
  const more = { status: run('status'), history: run('history'), 'up --plan': run('up', '--plan') };
  return { up: run('up'), down: [run('down', 'base')], more };
}

/** TypeORM's compiled command line on a DataSource of its own; it reverts one revision a call. */
export function typeormOn({ typeorm, plain }: Build, target: KnownTarget): Tool {
  const run = (command: string): Command => ({
    program: process.execPath,
    // Its queries make node-postgres warn.
    args: ['--no-deprecation', typeorm, command, '-d', plain],
    cwd: root,
    env: { BENCH_OPTIONS: JSON.stringify(plainOptions(target)) },
  });
  return { up: run('migration:run'), down: migrations.map(() => run('migration:revert')) };
}

/** As a project without this package would connect. */
function plainOptions(target: KnownTarget): object {
  if (target.dialect === 'sqlite')
    return { type: chooseSqliteDriver().type, database: target.path, enableWAL: true };
  const { host, port, user, password, database } = target;
  return { type: 'postgres', host, port, username: user, password, database };
}

let folders = 0;

function emptied(folder: string): string {
  folders += 1;
  const made = join(folder, `peer-${folders}`);
  mkdirSync(made);
  return made;
}
