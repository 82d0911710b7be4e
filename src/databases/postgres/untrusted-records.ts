import type { Session } from '../session.js';
import { RecordsUntrustedError } from '../../errors/records.js';
import { EQ, JOINED, NE } from '../../sql/postgres-operators.js';
import type { RecordTables } from '../records/tables.js';
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

/** The parts of a table depend on it automatically: its defaults, constraints, indexes, triggers, rules and policies. */
const PARTS = `SELECT ${catalog('pg_class')}::pg_catalog.oid AS classid, place.oid AS objid, place.oid AS place FROM place
  UNION ALL SELECT d.classid, d.objid, place.oid FROM place JOIN pg_catalog.pg_depend d
    ON d.refclassid ${EQ} ${catalog('pg_class')} AND d.refobjid ${EQ} place.oid AND d.deptype ${EQ} ANY ('{a,i}')
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE d.classid ${EQ} ${catalog('pg_trigger')} AND t.oid ${EQ} d.objid AND t.tgenabled ${EQ} 'D')`;

/** What a part uses. A rule may write into another table, whose triggers run then. */
const USED = CODE.map(
  ([name, owner]) =>
    `SELECT part.place, o.${owner} AS owner, pg_catalog.pg_describe_object(part.classid, part.objid, 0) AS via FROM part
       JOIN pg_catalog.pg_depend d ON d.classid ${EQ} part.classid AND d.objid ${EQ} part.objid AND d.refclassid ${EQ} ${catalog(name)}
       JOIN pg_catalog.${name} o ON o.oid ${EQ} d.refobjid
      WHERE d.refclassid ${NE} ${catalog('pg_class')} OR part.classid ${EQ} ${catalog('pg_rewrite')} AND d.refobjid ${NE} part.place`,
).join(' UNION ALL ');

/** A superuser is a member of every role, so membership means nothing for one. */
const TRUSTED = `(SELECT r.rolsuper OR r.rolname ${EQ} current_user OR (pg_catalog.pg_has_role(r.oid, 'MEMBER') AND NOT me.rolsuper)
      FROM pg_catalog.pg_roles r, pg_catalog.pg_roles me WHERE r.oid ${EQ} code.owner AND me.rolname ${EQ} current_user)
  OR code.owner ${EQ} place.nspowner OR EXISTS (SELECT FROM pg_catalog.pg_database b WHERE b.datname ${EQ} pg_catalog.current_database() AND b.datdba ${EQ} code.owner)`;

/**
 * SQL: the triggers, defaults and other parts of the tables of the records that use code of a role to which this one
 * gives no trust, as columns `table`, `owner` and `via`. Writing a record would run such code with the rights of this
 * role. Trusted are this role, those that it is a member of, superusers, and the owners of the database and the schema.
 */
export function untrustedSql({ migrations, runs, attempts }: RecordTables): string {
  return `WITH RECURSIVE ${foundBehind([migrations, runs, attempts])},
  place AS (SELECT c.oid, n.nspowner, pg_catalog.quote_ident(n.nspname) ${JOINED} '.' ${JOINED} pg_catalog.quote_ident(c.relname) AS sql
    FROM found JOIN pg_catalog.pg_class c ON c.oid ${EQ} found.oid JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace),
  part AS (${PARTS}),
  code AS (${USED})
  SELECT place.sql AS "table", pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(code.owner)) AS "owner", code.via FROM code JOIN place ON place.oid ${EQ} code.place
   WHERE (${TRUSTED}) IS NOT TRUE ORDER BY 1, 3`;
}

/**
 * For a session that is going to write the records.
 *
 * @throws RecordsUntrustedError
 */
export async function assertTrusted(session: Session, tables: RecordTables): Promise<void> {
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
