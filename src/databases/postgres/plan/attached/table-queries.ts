/** What belongs to a whole table, or needs it, outside the schema model; with the columns of `attachedQuery`. */

import { list, named, PATH, TABLES } from './query-parts.js';

interface OfTable {
  readonly kind: string;
  readonly name: string;
  readonly from: string;
  readonly create?: string;
  /** The table that it needs, besides the one that it is of. */
  readonly needs?: string;
  /** False for what is of no table. */
  readonly isOfTable?: boolean;
}

const ofTable = ({ kind, name, from, create, needs, isOfTable = true }: OfTable) => `
  SELECT ${kind} AS kind, ${name} AS name, ${isOfTable ? named('c', 'n') : "''"} AS "table", '{}'::text[] AS columns, '{}'::text[] AS types,
         false AS "keepsWithType", false AS "goesWithColumn", '{}'::text[] AS "drop", ${create ?? "'{}'::text[]"} AS "create",
         ${needs === undefined ? "'{}'::text[]" : `ARRAY[${needs}]`} AS tables
    FROM ${from}`;

const alter = (when: string, words: string) =>
  `CASE WHEN ${when} THEN format('ALTER TABLE %s ${words}', ${PATH}) END`;

const STORED = `(SELECT string_agg(o, ', ') FROM (
  SELECT o FROM unnest(c.reloptions) o UNION ALL SELECT 'toast.' || o FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = c.reltoastrelid) s(o))`;

const OWNER = `CASE WHEN pg_get_userbyid(c.relowner) <> CURRENT_USER
  THEN format('ALTER TABLE %s OWNER TO %I', ${PATH}, pg_get_userbyid(c.relowner)) END`;

/** The rights of the owner follow from who owns the table. */
const GRANTS = `ARRAY(
  SELECT format('GRANT %s ON %s TO %s', x.privilege_type, ${PATH},
           CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner ORDER BY x.grantee, x.privilege_type)`;

/** What only ALTER TABLE and GRANT give to a table as a whole. */
const SETTINGS = `SELECT * FROM (${ofTable({
  kind: `'settings of table'`,
  name: 'c.relname::text',
  from: TABLES,
  create: `${list(
    alter('c.relrowsecurity', 'ENABLE ROW LEVEL SECURITY'),
    alter('c.relforcerowsecurity', 'FORCE ROW LEVEL SECURITY'),
    alter(`c.relreplident = 'f'`, 'REPLICA IDENTITY FULL'),
    alter(`c.relreplident = 'n' AND c.relkind <> 'f'`, 'REPLICA IDENTITY NOTHING'),
    `'ALTER TABLE ' || ${PATH} || ' SET (' || ${STORED} || ')'`,
    OWNER,
  )} || ${GRANTS}`,
})}) settings WHERE "create" <> '{}'`;

const INHERITANCE = ofTable({
  kind: `'inheritance'`,
  name: `'from ' || h.inhparent::regclass`,
  from: `${TABLES} AND NOT c.relispartition JOIN pg_inherits h ON h.inhrelid = c.oid`,
  needs: `(SELECT ${named('p', 'pn')} FROM pg_class p JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE p.oid = h.inhparent)`,
});

/** A sequence that goes with a column, which takes no numbers from it. */
const SEQUENCES = ofTable({
  kind: `'sequence'`,
  name: 's.relname::text',
  from: `${TABLES} JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend u JOIN pg_attrdef f ON u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid
       WHERE u.refclassid = 'pg_class'::regclass AND u.refobjid = s.oid AND f.adrelid = c.oid AND f.adnum = d.refobjsubid)`,
});

/** The row type of a table, and arrays of it. */
const ROW_TYPES = `(SELECT t.oid FROM pg_type t WHERE c.reltype <> 0 AND (t.oid = c.reltype OR t.typelem = c.reltype))`;

/** Functions and columns that have the type of its rows. */
const OF_ROWS = ofTable({
  kind: `replace(i.type, 'table column', 'column')`,
  name: `CASE WHEN i.type = 'function' THEN p.proname::text ELSE i.identity END`,
  from: `${TABLES} JOIN (SELECT DISTINCT classid, objid, objsubid, refobjid FROM pg_depend WHERE refclassid = 'pg_type'::regclass AND deptype = 'n' AND objid >= 16384) d
      ON d.refobjid IN ${ROW_TYPES}
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
    LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid`,
  needs: named('c', 'n'),
  isOfTable: false,
});

/** Foreign keys of tables that the revisions do not manage. */
const FOREIGN_KEYS = ofTable({
  kind: `'foreign key'`,
  name: 'k.conname::text',
  from: `${TABLES} JOIN pg_constraint k ON k.contype = 'f' AND k.conrelid = c.oid AND k.confrelid <> c.oid AND k.conparentid = 0
    JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
   WHERE ${named('c', 'n')} <> ALL ($2::text[])`,
  needs: named('r', 'rn'),
});

/** All of them. */
export const OF_TABLES: readonly string[] = [SETTINGS, INHERITANCE, SEQUENCES, OF_ROWS, FOREIGN_KEYS];
