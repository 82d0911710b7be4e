/** One process at a time changes partitions. */

import { hostname } from 'node:os';
import type { Session } from '../databases/session.js';
import type { Project } from '../migrator/state.js';

/** Where partitions are changed. */
export interface Place {
  readonly session: Session;
  readonly project: Project;
}

/**
 * Does work under the lock, which is one of its own beside the migration lock, for the same list of revisions.
 *
 * @param work gets a signal that ends it where the lock is lost, or where the given one does
 * @returns who holds it, where that is another process
 */
export async function asOnlyKeeper<T>(
  { session, project }: Place,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly done: T } | { readonly holder: string }> {
  const tables = await project.dialect.resolveLock(session, project.declared);
  const lock = project.dialect.lock({
    session,
    tables: { ...tables, lockName: `${tables.lockName} partitions` },
    identity: `orchestrator-db ${hostname().slice(0, 30)} pid ${process.pid}`,
    describeRun: () => Promise.resolve(undefined),
  });
  try {
    const held = await lock.tryAcquire();
    if (!held) return { holder: await lock.describeHolder() };
    try {
      return { done: await work(AbortSignal.any([held.lost, ...(signal ? [signal] : [])])) };
    } finally {
      await held.release();
    }
  } finally {
    await lock.close();
  }
}
