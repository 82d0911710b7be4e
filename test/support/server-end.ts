import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.js';

/** How a server ends that nobody asked: all its processes at once, or as `pg_ctl stop -m immediate` ends it. */
export type SuddenEnd = 'kill -9' | 'immediate stop';

/** Ends the server that keeps its data there, and waits until none of its processes is left. */
export async function endServer(data: string, how: SuddenEnd): Promise<void> {
  const postmaster = postmasterOf(data);
  if (how === 'immediate stop') process.kill(postmaster, 'SIGQUIT');
  else killAll(postmaster);
  await until(() => Promise.resolve(!isAlive(postmaster)));
}

/** The process that all others of the server are children of. */
export function postmasterOf(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A process that has ended and was not waited for yet counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A machine that loses its power: none of them may end a statement of its own, as a server process alone could. */
function killAll(postmaster: number): void {
  process.kill(postmaster, 'SIGSTOP');
  const all = [...childrenOf(postmaster), postmaster];
  const shared = new Set(all.flatMap(sharedMemoryOf));
  for (const pid of all) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  // PostgreSQL removes it when it ends as it should.
  for (const file of shared) rmSync(file, { force: true });
}

function childrenOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function sharedMemoryOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\/dev\/shm\/PostgreSQL\.\d+/g) ?? [];
  } catch {
    return [];
  }
}
