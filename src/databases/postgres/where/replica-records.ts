import type { ConnectionSettings, ReplicaRecords } from '../../database.js';
import type { TableName } from '../../records/tables.js';
import { IN_RECOVERY } from '../lock/primary.js';
import { askReplicas } from '../replicas.js';

/** Less than a probe of readiness may take, milliseconds, for connecting and for the answer. */
const LIMIT_MS = 1000;

/** The records of each replica that can be asked and has some of its own: a standby repeats those of its primary. */
export async function replicaRecords(
  settings: ConnectionSettings,
  list: TableName,
): Promise<readonly ReplicaRecords[]> {
  const sql = `SELECT ${IN_RECOVERY} AS standby, ARRAY(SELECT m."name"::pg_catalog.text FROM ${list.sql} m ORDER BY m."id") AS revisions`;
  const answers = await askReplicas(settings, { sql, limitMs: LIMIT_MS });
  return answers.flatMap(({ server, row }) => {
    const { standby, revisions } = (row ?? { standby: true }) as unknown as {
      readonly standby: boolean;
      readonly revisions: readonly string[];
    };
    return standby ? [] : [{ server, revisions }];
  });
}
