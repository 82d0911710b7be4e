/** What a connection leads to. The questions take part in a statement that is sent anyway. */

import { EQ, NE } from '../../../sql/postgres-operators.js';
import type { Row } from '../../row.js';
import type { ServerFacts, ServerReader } from '../../server-facts.js';
import type { Session } from '../../session.js';
import type { PostgresClient } from '../client.js';
import { IN_RECOVERY } from '../lock/primary.js';
import { readRows } from '../read-rows.js';

/** https://docs.citusdata.com/en/stable/develop/api_metadata.html; its rows are 0 on a coordinator. */
const CITUS_GROUP = 'pg_catalog.pg_dist_local_group';

const SINGLE_SESSION = /PGlite/i;

const COLUMNS = [
  `pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS "serverVersion"`,
  `pg_catalog.version() AS "build"`,
  `${IN_RECOVERY} AS "standby"`,
  `pg_catalog.pg_backend_pid() AS "pid"`,
  `pg_catalog.has_table_privilege(pg_catalog.to_regclass('${CITUS_GROUP}'), 'SELECT') AS "citus"`,
  `EXISTS (SELECT FROM pg_catalog.pg_subscription_rel) AS "subscribed"`,
];

/** Reads the facts of a PostgreSQL server. */
export const postgresServer: ServerReader = Object.freeze<ServerReader>({
  columns: COLUMNS.join(', '),
  facts: async (session, row) => {
    const singleSession = SINGLE_SESSION.test(String(row['build']));
    const isPooled = !singleSession && (await isBehindPooler(session, row));
    return {
      version: String(row['serverVersion']),
      role: row['standby'] === true ? 'standby' : 'primary',
      ...(row['citus'] === true ? { citus: await citusRole(session) } : {}),
      ...(row['subscribed'] === true ? { subscriptions: await subscriptions(session) } : {}),
      ...(singleSession ? { singleSession } : {}),
      ...(isPooled ? { pooler: isPooled } : {}),
    };
  },
});

/** A pooler gives out process ids of its own making. One that passes on the server's cannot be known. */
async function isBehindPooler(session: Session, { pid }: Row): Promise<boolean> {
  const { processID } = (await session.connection()) as PostgresClient;
  return typeof processID === 'number' && processID !== 0 && processID !== pid;
}

async function citusRole(session: Session): Promise<NonNullable<ServerFacts['citus']>> {
  const rows = await readRows(session, `SELECT FROM ${CITUS_GROUP} WHERE groupid ${NE} 0`);
  return rows.length > 0 ? 'worker' : 'coordinator';
}

async function subscriptions(session: Session): Promise<readonly string[]> {
  const rows = await readRows(
    session,
    `SELECT s.subname::pg_catalog.text AS "name" FROM pg_catalog.pg_subscription s
      WHERE EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r WHERE r.srsubid ${EQ} s.oid) ORDER BY 1`,
  );
  return rows.map(({ name }) => String(name));
}
