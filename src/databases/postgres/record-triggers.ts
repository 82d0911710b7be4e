import type { Session } from '../session.js';
import type { RecordChanger } from '../../errors/records.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import { readRows } from './read-rows.js';
import type { RecordTables } from '../records/tables.js';
import { foundBehind } from './relations-behind.js';

/** Bits of `pg_trigger.tgtype`: INSERT and DELETE; and UPDATE, by which the end of a run is noted. */
const WRITING = 4 + 8 + 16;

/**
 * What may change a record on its way: enabled triggers and rules of these tables, of the tables behind views and of
 * partitions; and the views themselves.
 */
export async function recordTriggers(
  session: Session,
  { migrations, runs, attempts }: RecordTables,
): Promise<readonly RecordChanger[]> {
  const rows = await readRows(
    session,
    `WITH RECURSIVE ${foundBehind([migrations, runs, attempts])},
       place AS (SELECT c.oid, c.relkind, pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS sql
         FROM found JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace)
     SELECT 'trigger' AS kind, pg_catalog.quote_ident(t.tgname) AS name, place.sql AS table, place.relkind ${EQ} 'v' AS viewed
       FROM place JOIN pg_catalog.pg_trigger t ON t.tgrelid ${EQ} place.oid
      WHERE NOT t.tgisinternal AND t.tgenabled ${NE} 'D' AND (t.tgtype OPERATOR(pg_catalog.&) ${WRITING}::pg_catalog.int2) ${NE} 0
     UNION ALL SELECT 'rule', pg_catalog.quote_ident(r.rulename), place.sql, false
       FROM place JOIN pg_catalog.pg_rewrite r ON r.ev_class ${EQ} place.oid WHERE r.ev_type ${NE} '1' AND r.ev_enabled ${NE} 'D'
     UNION ALL SELECT 'view', place.sql, place.sql, true FROM place WHERE place.relkind ${EQ} 'v'
     ORDER BY 1, 3, 2`,
  );
  return rows.map(changerOf);
}

function changerOf(row: Readonly<Record<string, unknown>>): RecordChanger {
  const kind = row['kind'] as RecordChanger['kind'];
  const [name, table] = [String(row['name']), String(row['table'])];
  return { kind, name, table, remedy: remedyOf({ kind, name, table }, row['viewed'] === true) };
}

/** A trigger of a view cannot be disabled. */
function remedyOf({ kind, name, table }: Omit<RecordChanger, 'remedy'>, viewed: boolean): string | undefined {
  if (kind === 'view') return undefined;
  if (kind === 'rule') return `DROP RULE ${name} ON ${table};`;
  return viewed ? `DROP TRIGGER ${name} ON ${table};` : `ALTER TABLE ${table} DISABLE TRIGGER ${name};`;
}
