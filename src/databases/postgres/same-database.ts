import { onPrimary } from './list-client.js';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ownClient, type PostgresClient } from './client.js';
import type { RecordPlaces, StandbyAddress } from '../migration-dialect.js';
import { postgresPlace, shownDatabase } from './connection.js';
import { explainedConnect } from './lock/own-connection.js';
import { HERE, IN_RECOVERY, ON_PRIMARY } from './lock/primary.js';
import { lockNameSql } from './lock/lock-name.js';
import { lockKeyOf } from './lock-key.js';
import { isLost, isOfStatementMode } from './sql-state.js';
import { ConnectionLostError } from '../../errors/connection.js';
import { StatementPoolingError } from '../../errors/server.js';
import { recordTables } from '../records/tables.js';
import { postgresLiteral } from '../../sql/quote.js';
import { poolerRemedy } from './pooler-words.js';

/** Longer than any answer takes; a server that has one session for all clients never gives one. */
const LIMIT_MS = 10_000;

/**
 * Undefined for different databases. Names prove nothing, since a pooler may rename what is behind it, and copies of a
 * server share its identifier. So one connection takes an advisory lock on a random number, and the other one must see
 * it in the database that it is in. The lock is a transaction's, and the look a statement of its own: both work behind
 * a pooler in transaction mode.
 */
export async function recordPlaces(
  application: DataSource,
  direct: DataSource,
): Promise<RecordPlaces | StandbyAddress | undefined> {
  const key = randomBytes(8);
  const [classid, objid] = [key.readUInt32BE(0), key.readUInt32BE(4)];
  return connected(direct, (holder) =>
    connected(application, async (observer) => {
      await holder
        .query(`BEGIN; SELECT pg_catalog.pg_advisory_xact_lock(${key.readBigInt64BE(0)})`)
        .catch((error: unknown) => Promise.reject(ofAddress(direct, error)));
      const { rows } = await observer.query(
        `SELECT 1 FROM pg_catalog.pg_locks l WHERE ${ON_PRIMARY} AND ${lockKeyOf(classid, objid)} AND ${HERE}`,
      );
      if (rows.length === 0) return standbyOf({ application: observer, direct: holder });
      const [former, latter] = [await placeOf(observer, application), await placeOf(holder, direct)];
      const schemas = { application: former.path[0] ?? null, direct: latter.path[0] ?? null };
      const isVisible = schemas.direct === null || former.path.includes(schemas.direct);
      return { application: former.list, direct: latter.list, schemas, isVisible };
    }),
  );
}

/** The two may be servers of one cluster. */
async function standbyOf(
  clients: Readonly<Record<StandbyAddress['standby'], PostgresClient>>,
): Promise<StandbyAddress | undefined> {
  for (const standby of ['application', 'direct'] as const) {
    const { rows } = await clients[standby].query(`SELECT ${IN_RECOVERY} AS "isStandby"`);
    if (rows[0]?.['isStandby'] === true) return { standby };
  }
  return undefined;
}

/** An error of the one connection is not taken for one of the other. */
function ofAddress(dataSource: DataSource, error: unknown): Error {
  const shown = shownDatabase(dataSource);
  if (isOfStatementMode(error)) return new StatementPoolingError(shown, error);
  return isLost(error) ? new ConnectionLostError(shown, error, poolerRemedy(error)) : (error as Error);
}

/** What a DataSource means by the name of the list, and by a name without a schema. */
interface Place {
  readonly list: string;
  /** Where it finds tables; it creates them in the first one. */
  readonly path: readonly string[];
}

/** The search path of a role or an address may lead to another schema of one database. */
async function placeOf(client: PostgresClient, dataSource: DataSource): Promise<Place> {
  const tables = recordTables(dataSource, true);
  const { schema } = dataSource.options as { readonly schema?: string };
  const path =
    schema === undefined ? 'pg_catalog.current_schemas(false)' : `ARRAY[${postgresLiteral(schema)}]`;
  const { rows } = await client.query(
    `SELECT ${lockNameSql(tables)} AS "list", pg_catalog.array_to_json(ARRAY(
        SELECT pg_catalog.quote_ident(s.name) FROM pg_catalog.unnest(${path}) WITH ORDINALITY s(name, place) ORDER BY s.place)) AS "path"`,
  );
  return rows[0] as unknown as Place;
}

async function connected<T>(dataSource: DataSource, use: (client: PostgresClient) => Promise<T>): Promise<T> {
  const place = postgresPlace(dataSource);
  const client = ownClient(place, { ...onPrimary(place), query_timeout: LIMIT_MS });
  client.on('error', () => undefined);
  try {
    await explainedConnect(client, `${shownDatabase(dataSource)}, to compare it with the direct address`);
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
