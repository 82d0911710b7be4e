import { EQ } from '../../sql/postgres-operators.js';
import { valueLiteral } from '../../sql/quote.js';
import type { RecordTables } from '../records/tables.js';
import { maySet, putBackFrom, SESSION_SETTINGS } from './session-settings.js';

/** Variables of psql: no statement of a revision reaches them. */
const PREFIX = 'orchestrator_db_';
const BACK = putBackFrom(`:'${PREFIX}settings'`);

/** A query of one row, whose values psql keeps and does not print. */
function kept(sql: string): string {
  return `${sql} \\gset ${PREFIX}`;
}

/** Keeps what the session has set before the first revision. */
export const KEEP_SETTINGS = kept(SESSION_SETTINGS);

/** Who acts and where names are looked up, as it was before the first revision. */
export const ROLE_BACK = kept(BACK.role);

/** All other settings, where a statement may have set some. */
export function restBack(statements: readonly string[]): readonly string[] {
  return statements.some(maySet) ? [kept(BACK.rest)] : [];
}

/** Keeps which tables have the names of the records. */
export function keepTables(tables: RecordTables): string {
  return kept(`SELECT ${identities(tables)} AS "tables"`);
}

/**
 * Stops where the names of the records mean other tables now: the revision has created a temporary table of that name,
 * or one in an earlier schema of the search path.
 */
export function assertTables(tables: RecordTables, refusal: string): readonly string[] {
  const words = `${refusal}it has created a table that hides ${tables.migrations.name} or its log. Give that table another name or schema.`;
  const raise = `DO $x$ BEGIN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)}; END $x$`;
  return [`SELECT ${valueLiteral(raise)} WHERE NOT (${identities(tables)} ${EQ} :'${PREFIX}tables') \\gexec`];
}

function identities({ migrations, runs, attempts }: RecordTables): string {
  const found = [migrations, runs, attempts].map(
    ({ sql }) => `pg_catalog.to_regclass(${valueLiteral(sql)})::pg_catalog.oid`,
  );
  return `pg_catalog.concat_ws(' ', ${found.join(', ')})`;
}
