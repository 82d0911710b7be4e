/** The data of an embedded server, kept from one command to the next: what initdb made, and databases of histories. */

import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { today } from '../../../clock.js';
import { EQ, LIKE, MATCHES, NE, UNLIKE } from '../../../sql/postgres-operators.js';

/** Changes with what is made. */
const FORMAT = 2;
/** How old something unfinished is that no process completes any more, milliseconds. */
const LEFT_MS = 3_600_000;

/** Where data is kept, and of which program. */
export interface ClusterCache {
  readonly folder: string;
  /** The program that has to be the same one. */
  readonly program: string;
}

/** The user that the server runs as. */
interface Owner {
  readonly uid: number;
}

/**
 * Copies the newest data to `<folder>/data`.
 *
 * @returns false where nothing is kept that this user can use
 */
export async function restoreCluster(
  cache: ClusterCache,
  folder: string,
  owner: Owner | undefined,
): Promise<boolean> {
  try {
    const name = namesIn(cache).at(-1);
    if (name === undefined) return false;
    const kept = join(cache.folder, name);
    if (statSync(join(kept, DATA)).uid !== (owner?.uid ?? process.getuid?.())) return false;
    copy(join(kept, DATA), join(folder, DATA));
    return true;
  } catch {
    // Another process has put newer data in its place, part of it is missing, or the folder cannot be read.
    await rm(join(folder, DATA), { recursive: true, force: true });
    return false;
  }
}

/** Removes what a server could not be started from. */
export async function forgetClusters(cache: ClusterCache): Promise<void> {
  for (const name of namesIn(cache)) await remove(join(cache.folder, name));
}

/**
 * Moves the data of a stopped server to where others find it, and removes former ones. It has no name of its own until
 * it is complete. Where it cannot be moved, it is not kept.
 */
export async function keepCluster(cache: ClusterCache, folder: string): Promise<void> {
  const data = join(folder, DATA);
  if (existsSync(join(data, 'postmaster.pid'))) return;
  const name = `${prefixOf(cache)}${today()}-${randomBytes(4).toString('hex')}`;
  const unfinished = join(cache.folder, `${UNFINISHED}${name}`);
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await rename(data, join(unfinished, DATA)).catch(() => copy(data, join(unfinished, DATA)));
    await rename(unfinished, join(cache.folder, name));
    await removeFormer(cache, name);
  } catch {
    await remove(unfinished);
  }
}

/**
 * Whether a server has nothing that belongs to all of its databases, as one that initdb has made: a later history
 * would find a role that another one has made.
 */
export async function isLikeNew(client: Pick<pg.Client, 'query'>): Promise<boolean> {
  const { rows } = await client.query<{ readonly like_new: boolean }>(LIKE_NEW);
  return rows[0]?.like_new === true;
}

const LIKE_NEW = `
  SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname ${UNLIKE} 'pg\\_%' AND rolname ${NE} CURRENT_USER)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid ${EQ} ANY (ARRAY[m.member, m.roleid])
                      WHERE r.rolname ${EQ} CURRENT_USER)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname ${UNLIKE} 'pg\\_%')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_origin)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_file_settings WHERE sourcefile ${LIKE} '%.auto.conf')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_database
                      WHERE datallowconn AND NOT datname ${MATCHES} '^(postgres|template1)$') AS like_new`;

const DATA = 'data';
const UNFINISHED = 'unfinished-';

/** Complete ones of this program, the newest last. */
function namesIn(cache: ClusterCache): readonly string[] {
  const prefix = prefixOf(cache);
  return readdirSync(cache.folder)
    .filter((name) => name.startsWith(prefix))
    .sort();
}

function prefixOf({ program }: ClusterCache): string {
  const { size, mtimeMs } = statSync(program);
  const known = [FORMAT, program, size, mtimeMs].join(' ');
  return `cluster-${createHash('sha256').update(known).digest('hex').slice(0, 16)}-`;
}

/** Those of other programs too: a package was replaced. */
async function removeFormer({ folder }: ClusterCache, newest: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isFormer = name.startsWith('cluster-') && name !== newest;
    if (isFormer || (name.startsWith(UNFINISHED) && isLeft(path))) await remove(path);
  }
}

function isLeft(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < today() - LEFT_MS;
}

/** With owner and rights, which the server looks at. */
function copy(from: string, to: string): void {
  const { status, error } = spawnSync('cp', ['-Rp', from, to], { stdio: 'ignore' });
  if (status !== 0) throw error ?? new Error(`cp ended with ${status ?? 'a signal'}`);
}

/** What this user may not remove stays. */
function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true }).catch(() => undefined);
}
