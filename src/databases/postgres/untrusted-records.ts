import type { Session } from '../session.js';
import { RecordsUntrustedError } from '../../errors/records.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import { allTables, type RecordTables } from '../records/tables.js';
import { readRows } from './read-rows.js';
import { foundBehind } from './relations-behind.js';

const catalog = (name: string) => `'pg_catalog.${name}'::pg_catalog.regclass`;

/** Objects with code that a statement may run, and the column with their owner. */
const CODE = [
  ['pg_proc', 'proowner'],
  ['pg_operator', 'oprowner'],
  ['pg_opclass', 'opcowner'],
  ['pg_type', 'typowner'],
  ['pg_class', 'relowner'],
] as const;

/** Rows of `pg_depend` of one object are few, and an index finds them; a join would read all of it in a large database. */
const BY_INDEX = 'OFFSET 0';

/** The parts of a table depend on it automatically: its defaults, constraints, indexes, triggers, rules and policies. */
const PARTS = `SELECT found.oid AS place, p.classid, p.objid FROM found CROSS JOIN LATERAL (
    SELECT ${catalog('pg_class')}::pg_catalog.oid AS classid, found.oid AS objid
    UNION ALL SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
     WHERE d.refclassid ${EQ} ${catalog('pg_class')} AND d.refobjid ${EQ} found.oid AND d.deptype ${EQ} ANY ('{a,i}')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE d.classid ${EQ} ${catalog('pg_trigger')} AND t.oid ${EQ} d.objid AND t.tgenabled ${EQ} 'D')
    ${BY_INDEX}) p`;

/**
 * What a part uses; nothing for most tables, since code of the server itself has no row. A rule may write into another
 * table, whose triggers run then.
 */
const USED = `SELECT part.place, part.classid, part.objid, u.refclassid, u.refobjid FROM part CROSS JOIN LATERAL (
    SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend d WHERE d.classid ${EQ} part.classid AND d.objid ${EQ} part.objid
       AND d.refclassid ${EQ} ANY (ARRAY[${CODE.map(([name]) => `${catalog(name)}::pg_catalog.oid`).join(', ')}])
       AND (d.refclassid ${NE} ${catalog('pg_class')} OR part.classid ${EQ} ${catalog('pg_rewrite')} AND d.refobjid ${NE} part.place)
    ${BY_INDEX}) u`;

const OWNER = CODE.map(
  ([name, owner]) =>
    `(SELECT o.${owner} FROM pg_catalog.${name} o WHERE used.refclassid ${EQ} ${catalog(name)} AND o.oid ${EQ} used.refobjid)`,
).join(', ');

/** A superuser is a member of every role, so membership means nothing for one. */
const TRUSTED = `(SELECT r.rolsuper OR r.rolname ${EQ} current_user OR (pg_catalog.pg_has_role(r.oid, 'MEMBER') AND NOT me.rolsuper)
      FROM pg_catalog.pg_roles r, pg_catalog.pg_roles me WHERE r.oid ${EQ} code.owner AND me.rolname ${EQ} current_user)
  OR code.owner ${EQ} n.nspowner OR EXISTS (SELECT FROM pg_catalog.pg_database b WHERE b.datname ${EQ} pg_catalog.current_database() AND b.datdba ${EQ} code.owner)`;

/** SQL for WITH RECURSIVE: `used`, the code that the tables of the records and the relations behind them use. */
function usedBy(tables: RecordTables): string {
  return `${foundBehind(allTables(tables))}, part AS (${PARTS}), used AS (${USED})`;
}

/**
 * SQL: the triggers, defaults and other parts of the tables of the records that use code of a role to which this one
 * gives no trust, as columns `table`, `owner` and `via`. Writing a record would run such code with the rights of this
 * role. Trusted are this role, those that it is a member of, superusers, and the owners of the database and the schema.
 */
export function untrustedSql(tables: RecordTables): string {
  return `WITH RECURSIVE ${usedBy(tables)}, code AS MATERIALIZED (SELECT used.*, coalesce(${OWNER}) AS owner FROM used)
  SELECT pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS "table",
      pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(code.owner)) AS "owner", pg_catalog.pg_describe_object(code.classid, code.objid, 0) AS via
    FROM code JOIN pg_catalog.pg_class c ON c.oid ${EQ} code.place JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
   WHERE (${TRUSTED}) IS NOT TRUE ORDER BY 1, 3`;
}

/**
 * For a session that is going to write the records. Asks first whether they use any code, since whose it is takes the
 * server three times as long to find.
 *
 * @throws RecordsUntrustedError
 */
export async function assertTrusted(session: Session, tables: RecordTables): Promise<void> {
  const used = await readRows(
    session,
    `SELECT 1 AS "one" WHERE EXISTS (WITH RECURSIVE ${usedBy(tables)} SELECT FROM used)`,
  );
  if (used.length === 0) return;
  const [row] = await readRows(
    session,
    `SELECT u.*, pg_catalog.quote_ident(current_user) AS "role" FROM (${untrustedSql(tables)}) u LIMIT 1`,
  );
  if (!row) return;
  const { table, owner, via, role } = row;
  throw new RecordsUntrustedError({
    table: String(table),
    owner: String(owner),
    role: String(role),
    via: String(via),
  });
}
