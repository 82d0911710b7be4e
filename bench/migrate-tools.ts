import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownTarget } from '../src/database-url.js';
import { chooseSqliteDriver } from '../src/databases/sqlite/driver.js';
import { migrations } from '../src/migrations/index.js';
import { root } from '../test/support/run-script.js';
import { urlOf } from '../test/support/servers.js';
import type { Build } from './migrate-build.js';
import { peers, type Tool } from './migrate-peers.js';
import type { Command } from './migrate-process.js';

/** A command line that is measured; made anew for each database. */
export interface Contestant {
  readonly name: string;
  readonly prepare: (folder: string, target: KnownTarget) => Tool;
}

export const OURS = 'ours';
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
    { name: OURS, prepare: (_folder, target) => oursOn(build, target) },
    { name: TYPEORM, prepare: (_folder, target) => typeormOn(build, target) },
    ...installed,
  ];
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
  return { up: run('up'), down: [run('down', 'base')] };
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
