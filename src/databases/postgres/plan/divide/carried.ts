/**
 * What goes with the name of a table when another table takes it, as statements that name the table: they are read
 * before, and sent behind it. In the blocks, `target` is the table and `place` its name.
 */

import { policyOn } from '../../restate/queries.js';
import { oneOf } from './block.js';
import { BOUND_CHECK } from './bound.js';

const grantee = `CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END`;
const granted = `${grantee}, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END`;
const ofClass = (columns: string) => `SELECT ${columns} FROM pg_class c WHERE c.oid = target`;
const ofTable = `d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target`;
const sequences = `pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE ${ofTable} AND d.deptype = 'a'`;
const triggers = `pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0`;
const enabled = `CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END`;

/** In their order; the names in comments are those of the parts that the table has then. */
const CARRIED: readonly string[] = [
  ofClass(
    `1, CASE WHEN c.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = CURRENT_USER) THEN format('ALTER TABLE %s OWNER TO %I', place, pg_get_userbyid(c.relowner)) END`,
  ),
  `SELECT 2, format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, place, a.attname) FROM ${sequences}`,
  `SELECT 5, pg_get_triggerdef(t.oid) FROM ${triggers}`,
  `SELECT 6, format('ALTER TABLE %s %s TRIGGER %I', place, ${enabled}, t.tgname) FROM ${triggers} AND t.tgenabled <> 'O'`,
  `SELECT 7, ${policyOn('place')} FROM pg_policy p WHERE p.polrelid = target`,
  ofClass(`8, CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', place) END`),
  ofClass(
    `8, CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', place) END`,
  ),
  `SELECT 9, concat('GRANT ', x.privilege_type, ' ON ', place, ' TO ', ${granted}) FROM pg_class c CROSS JOIN aclexplode(c.relacl) x WHERE c.oid = target AND x.grantee <> c.relowner`,
  `SELECT 9, concat('GRANT ', x.privilege_type, ' (', quote_ident(a.attname), ') ON ', place, ' TO ', ${granted}) FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped`,
  `SELECT 10, format('COMMENT ON %s %s IS %L', upper(regexp_replace(o.type, '^table (?=c)', '')), o.identity, d.description) FROM pg_description d CROSS JOIN pg_identify_object(d.classoid, d.objoid, d.objsubid) o
            WHERE d.classoid = 'pg_class'::regclass AND (d.objoid = target OR d.objoid IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = target))
               OR d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k WHERE k.conrelid = target AND k.conname <> '${BOUND_CHECK}')
               OR d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT t.oid FROM ${triggers})
               OR d.classoid = 'pg_policy'::regclass AND d.objoid IN (SELECT p.oid FROM pg_policy p WHERE p.polrelid = target)`,
];

/** The keys, foreign keys and indexes of a table, which the table that takes its name gets as well. */
export const KEYS_AND_INDEXES: readonly string[] = [
  `SELECT CASE k.contype WHEN 'f' THEN 4 ELSE 3 END, format('ALTER TABLE %s ADD CONSTRAINT %I %s', place, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.conrelid = target AND k.contype = ANY ('{p,u,f}')`,
  `SELECT 4, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = target AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = target AND k.conindid = i.indexrelid AND k.contype <> 'f')`,
];

/** Fills the list `carried`. @param more queries of statements, each with its place in the order */
export function carry(more: readonly string[] = []): readonly string[] {
  return [`carried := ${statementsOf([...CARRIED, ...more])};`, ...IDENTITIES];
}

/** The statements that queries find, as a list. */
export function statementsOf(queries: readonly string[]): string {
  return `ARRAY(SELECT s.sql FROM (${oneOf(queries)}) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql)`;
}

/** No statement moves the sequence of an identity column: it is created again with its name, and goes on. */
const IDENTITIES: readonly string[] = [
  `FOR counter IN SELECT d.objid::regclass AS path, a.attname, a.attidentity, q.* FROM pg_depend d JOIN pg_sequence q ON q.seqrelid = d.objid JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE ${ofTable} AND d.deptype = 'i' LOOP`,
  `  carried := carried || format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s)', place, counter.attname,`,
  `    CASE counter.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.path, counter.seqstart, counter.seqincrement, counter.seqmin, counter.seqmax, counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);`,
  `  EXECUTE format('SELECT format(%L, %L, last_value, is_called) FROM %s', 'SELECT setval(%L, %s, %L)', counter.path, counter.path) INTO one;`,
  '  carried := carried || one;',
  'END LOOP;',
];

/** Its declarations. */
export const CARRYING: readonly string[] = ['carried pg_catalog.text[];', 'counter record;'];

const identities = `SELECT 1, format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', place, a.attname) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND a.attidentity <> ''`;

/** Takes from the table what another one gets, and would be there twice then. */
export const SET_ASIDE: readonly string[] = [
  identities,
  `SELECT 1, format('DROP TRIGGER %I ON %s', t.tgname, place) FROM ${triggers}`,
  `SELECT 1, format('DROP POLICY %I ON %s', p.polname, place) FROM pg_policy p WHERE p.polrelid = target`,
  ofClass(
    `1, CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', place) END`,
  ),
];

/** Takes from the table what would be dropped with it. */
export const KEPT_ASIDE: readonly string[] = [
  identities,
  `SELECT 1, format('ALTER SEQUENCE %s OWNED BY NONE', s.oid::regclass) FROM ${sequences}`,
];

/** Takes all rights on a table from everyone but its owner. @param path of the table, as an expression */
export function withoutRights(path: string): string {
  const rights = `pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL CROSS JOIN aclexplode(c.relacl || a.attacl) x WHERE c.oid = to_regclass(${path}) AND x.grantee <> c.relowner`;
  const revoke = `SELECT DISTINCT 1, concat('REVOKE ALL ON ', ${path}, ' FROM ', ${grantee}, ' CASCADE') FROM ${rights}`;
  return statementsOf([revoke]);
}
