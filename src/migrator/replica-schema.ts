/** Compares the revisions of replicas that are migrated on their own with those of the primary. */

import type { DataSource } from 'typeorm';
import type { ConnectionSettings } from '../databases/database.js';
import { ReplicaSchemaError } from '../errors/replicas.js';
import { withSession } from './connections.js';
import { historyOf, type History } from './history.js';
import { standingOf } from './standing.js';
import { projectOf, readState } from './state.js';

/**
 * Makes sure that each replica with logical replication is at the revision of the primary. One that cannot be asked is
 * not compared.
 *
 * @param dataSource connected to the primary
 * @throws ReplicaSchemaError
 */
export async function assertReplicaSchemas(
  dataSource: DataSource,
  settings: ConnectionSettings,
): Promise<void> {
  if ((settings.replicas ?? []).length === 0) return;
  const project = projectOf(dataSource);
  const found = await project.database.replicaRecords(settings, project.tables.migrations);
  if (found.length === 0) return;
  const { history } = await withSession(dataSource, (session) => readState(project, session));
  for (const { server, revisions } of found) {
    const applied = revisions.map((id) => ({ id, appliedAt: null, checksums: null }));
    const replica = historyOf(project.facts, applied);
    const ahead = idsOf(replica).filter((id) => !idsOf(history).includes(id));
    const behind = standingOf(replica).pending.filter((id) => idsOf(history).includes(id));
    if (ahead.length + behind.length > 0) throw new ReplicaSchemaError(server, ahead, behind);
  }
}

function idsOf({ applied }: History): readonly string[] {
  return applied.map(({ id }) => id);
}
