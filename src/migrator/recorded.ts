import type { DataSource } from 'typeorm';
import { onConnection } from './connections.js';
import type { History } from './history.js';
import { replacedIds, replacesIn } from './replaced.js';
import { listRevisions, stampOf } from './revision.js';
import { standingOf } from './standing.js';
import { projectOf, readState } from './state.js';

/** Every record of the database, oldest first, and what it has not run; writes nothing. */
export async function readRecorded(
  dataSource: DataSource,
): Promise<Pick<History, 'recorded' | 'partly'> & { readonly pending: readonly string[] }> {
  const project = projectOf(dataSource);
  const { history } = await onConnection(dataSource, (session) => readState(project, session));
  const recorded = [...history.recorded].sort((a, b) => stampOf(a) - stampOf(b));
  return { recorded, partly: history.partly, pending: standingOf(history).pending };
}

/** Whether the database records a revision of the code, or one that such a revision replaces. */
export async function recordsSome(dataSource: DataSource): Promise<boolean> {
  const { recorded } = await readRecorded(dataSource);
  const ids = listRevisions(dataSource).flatMap(({ id, migration }) => [
    id,
    ...replacedIds(replacesIn(migration)),
  ]);
  return recorded.some((id) => ids.includes(id));
}
