/**
 * Objects outside the schema model that depend on columns or types, with the statements that drop and create each. `$1`
 * is the schema of names without one. The search path decides which names in the statements carry their schema.
 */

import { policyOn } from '../../restate/queries.js';
import { list, named, PATH, TABLES } from './query-parts.js';
import { OF_TABLES } from './table-queries.js';

/** The columns that an object uses. */
const columns = (catalog: string, oid: string) => `ARRAY(
  SELECT DISTINCT ${named('uc', 'un')} || '.' || ua.attname FROM pg_depend ud
    JOIN pg_class uc ON uc.oid = ud.refobjid JOIN pg_namespace un ON un.oid = uc.relnamespace
    JOIN pg_attribute ua ON ua.attrelid = uc.oid AND ua.attnum = ud.refobjsubid
   WHERE ud.classid = '${catalog}'::regclass AND ud.objid = ${oid} AND ud.refclassid = 'pg_class'::regclass AND ud.refobjsubid > 0)`;

/** The enumerated types that it uses, as such or as arrays. */
const types = (catalog: string, oid: string) => `ARRAY(
  SELECT DISTINCT CASE WHEN un.nspname = $1 THEN ut.typname::text ELSE un.nspname || '.' || ut.typname END FROM pg_depend ud
    JOIN pg_type ud_type ON ud_type.oid = ud.refobjid
    JOIN pg_type ut ON ut.oid = CASE ud_type.typtype WHEN 'e' THEN ud_type.oid ELSE ud_type.typelem END AND ut.typtype = 'e'
    JOIN pg_namespace un ON un.oid = ut.typnamespace
   WHERE ud.classid = '${catalog}'::regclass AND ud.objid = ${oid} AND ud.refclassid = 'pg_type'::regclass)`;

/** COMMENT ON an object; null where it has none. */
const comment = (catalog: string, oid: string, object: string) =>
  `(SELECT format('COMMENT ON %s IS %L', ${object}, d.description) FROM pg_description d
     WHERE d.classoid = '${catalog}'::regclass AND d.objoid = ${oid} AND d.objsubid = 0)`;

/** How a trigger or a rule that is not enabled in the ordinary way becomes so again. */
const enabled = (column: string, what: string) =>
  `CASE ${column} WHEN 'D' THEN format('ALTER TABLE %s DISABLE ${what}', ${PATH}, name) WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA ${what}', ${PATH}, name)
     WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS ${what}', ${PATH}, name) END`;

const NONE = `'{}'::text[]`;

interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly catalog: string;
  readonly oid: string;
  readonly from: string;
  readonly drop: string;
  readonly create: readonly string[];
  /** The object in COMMENT ON, as an expression. */
  readonly commented?: string;
  readonly goesWithColumn?: boolean;
}

const select = ({
  kind,
  name,
  catalog,
  oid,
  from,
  drop,
  create,
  commented,
  goesWithColumn = false,
}: Kind) => `
  SELECT '${kind}' AS kind, ${name}::text AS name, ${named('c', 'n')} AS "table", ${columns(catalog, oid)} AS columns, ${types(catalog, oid)} AS types,
         false AS "keepsWithType", ${String(goesWithColumn)} AS "goesWithColumn", ${list(drop)} AS "drop",
         ${list(...create.map((sql) => sql.replaceAll(', name)', `, ${name})`)), ...(commented === undefined ? [] : [comment(catalog, oid, commented)]))} AS "create", ${NONE} AS tables
    FROM ${from}`;

const POLICIES = select({
  ...{ kind: 'policy', name: 'p.polname', catalog: 'pg_policy', oid: 'p.oid' },
  from: `${TABLES} JOIN pg_policy p ON p.polrelid = c.oid`,
  drop: `format('DROP POLICY %I ON %s', p.polname, ${PATH})`,
  create: [policyOn(PATH)],
  commented: `format('POLICY %I ON %s', p.polname, ${PATH})`,
});

/** Those of partitions follow the one of their parent. */
const TRIGGERS = select({
  ...{ kind: 'trigger', name: 't.tgname', catalog: 'pg_trigger', oid: 't.oid' },
  from: `${TABLES} JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgparentid = 0`,
  drop: `format('DROP TRIGGER %I ON %s', t.tgname, ${PATH})`,
  create: ['pg_get_triggerdef(t.oid, true)', enabled('t.tgenabled', 'TRIGGER %I')],
  commented: `format('TRIGGER %I ON %s', t.tgname, ${PATH})`,
});

const RULES = select({
  ...{ kind: 'rule', name: 'r.rulename', catalog: 'pg_rewrite', oid: 'r.oid' },
  from: `${TABLES} JOIN pg_rewrite r ON r.ev_class = c.oid`,
  drop: `format('DROP RULE %I ON %s', r.rulename, ${PATH})`,
  create: [`rtrim(pg_get_ruledef(r.oid, true), ';')`, enabled('r.ev_enabled', 'RULE %I')],
  commented: `format('RULE %I ON %s', r.rulename, ${PATH})`,
});

const STATISTICS_PATH = `format('%I.%I', sn.nspname, s.stxname)`;

/** PostgreSQL creates them again for another type, without their target. */
const STATISTICS = select({
  ...{
    kind: 'statistics',
    name: 's.stxname',
    catalog: 'pg_statistic_ext',
    oid: 's.oid',
    goesWithColumn: true,
  },
  from: `${TABLES} JOIN pg_statistic_ext s ON s.stxrelid = c.oid JOIN pg_namespace sn ON sn.oid = s.stxnamespace`,
  drop: `format('DROP STATISTICS %s', ${STATISTICS_PATH})`,
  create: [
    'pg_get_statisticsobjdef(s.oid)',
    `CASE WHEN s.stxstattarget >= 0 THEN format('ALTER STATISTICS %s SET STATISTICS %s', ${STATISTICS_PATH}, s.stxstattarget) END`,
  ],
  commented: `'STATISTICS ' || ${STATISTICS_PATH}`,
});

/** A partition that no entity is mapped to: the tables of the model have none of its own indexes and checks. */
const PARTITIONS = `${TABLES} AND c.relispartition AND (${named('c', 'n')}) <> ALL ($2::text[])`;

/** PostgreSQL keeps an expression or a condition of the old type in them. */
const PARTITION_INDEXES = select({
  ...{ kind: 'index', name: 'x.relname', catalog: 'pg_class', oid: 'x.oid', goesWithColumn: true },
  from: `${PARTITIONS} JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid)`,
  drop: `format('DROP INDEX %s', x.oid::regclass)`,
  create: [
    'pg_get_indexdef(x.oid)',
    `CASE WHEN i.indisclustered THEN format('ALTER TABLE %s CLUSTER ON %I', ${PATH}, x.relname) END`,
  ],
  commented: `'INDEX ' || x.oid::regclass`,
});

const PARTITION_CHECKS = select({
  ...{ kind: 'check', name: 'k.conname', catalog: 'pg_constraint', oid: 'k.oid', goesWithColumn: true },
  from: `${PARTITIONS} JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c' AND k.coninhcount = 0`,
  drop: `format('ALTER TABLE %s DROP CONSTRAINT %I', ${PATH}, k.conname)`,
  create: [`format('ALTER TABLE %s ADD CONSTRAINT %I %s', ${PATH}, k.conname, pg_get_constraintdef(k.oid))`],
  commented: `format('CONSTRAINT %I ON %s', k.conname, ${PATH})`,
});

const ONLY = `CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || ${PATH}`;

/** A table in a publication, with its columns and its condition, which PostgreSQL has since version 15. */
const PUBLICATIONS = select({
  ...{ kind: 'publication', name: 'b.pubname', catalog: 'pg_publication_rel', oid: 'l.oid' },
  from: `${TABLES} JOIN pg_publication_rel l ON l.prrelid = c.oid JOIN pg_publication b ON b.oid = l.prpubid`,
  drop: `format('ALTER PUBLICATION %I DROP TABLE %s', b.pubname, ${ONLY})`,
  create: [
    `concat(format('ALTER PUBLICATION %I ADD TABLE %s', b.pubname, ${ONLY}),
       (SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY k.i) || ')' FROM unnest(l.prattrs::int2[]) WITH ORDINALITY k(number, i)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number HAVING count(*) > 0),
       ' WHERE (' || pg_get_expr(l.prqual, c.oid) || ')')`,
  ],
});

/** What PostgreSQL knows of a column besides its definition; it goes with the column. */
const ofColumn = (kind: string, create: string, keepsWithType = true) => `
  SELECT * FROM (
    SELECT '${kind}' AS kind, a.attname::text AS name, ${named('c', 'n')} AS "table", ARRAY[${named('c', 'n')} || '.' || a.attname] AS columns,
           '{}'::text[] AS types, ${String(keepsWithType)} AS "keepsWithType", true AS "goesWithColumn", '{}'::text[] AS "drop", ${create} AS "create", ${NONE} AS tables
      FROM ${TABLES} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) found
   WHERE "create" <> '{}'`;

const PRIVILEGES = ofColumn(
  'privileges on column',
  `ARRAY(SELECT format('GRANT %s (%I) ON %s TO %s', x.privilege_type, a.attname, ${PATH},
       CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
     FROM aclexplode(a.attacl) x ORDER BY x.grantee, x.privilege_type)`,
);

const alter = (words: string) => `format('ALTER TABLE %s ALTER COLUMN %I ${words}', ${PATH}, a.attname`;

const SETTINGS = ofColumn(
  'settings of column',
  list(
    `CASE WHEN a.attstattarget >= 0 THEN ${alter('SET STATISTICS %s')}, a.attstattarget) END`,
    `CASE WHEN a.attoptions IS NOT NULL THEN ${alter('SET (%s)')}, array_to_string(a.attoptions, ', ')) END`,
  ),
);

/** Another type has a storage and a compression of its own. */
const STORAGE = ofColumn(
  'storage of column',
  list(
    `CASE WHEN a.attstorage <> (SELECT typstorage FROM pg_type WHERE oid = a.atttypid) THEN ${alter('SET STORAGE %s')},
       CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END`,
    `CASE WHEN a.attcompression <> '' THEN ${alter('SET COMPRESSION %s')}, CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END) END`,
  ),
  false,
);

/** What decides on the partition of a row: PostgreSQL refuses to change a column in it. */
const PARTITION_KEYS = `
  SELECT 'partition key', pg_get_partkeydef(c.oid), ${named('c', 'n')},
         ARRAY(SELECT ${named('c', 'n')} || '.' || a.attname FROM pg_attribute a
                WHERE a.attrelid = c.oid AND (a.attnum = ANY (k.partattrs::int2[]) OR EXISTS (
                  SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum))),
         '{}'::text[], false, false, '{}'::text[], '{}'::text[], '{}'::text[]
    FROM ${TABLES} JOIN pg_partitioned_table k ON k.partrelid = c.oid`;

/** Whatever else depends on a column or an enumerated type; nothing here creates it again. */
const OTHERS = `
  SELECT replace(i.type, 'table column', 'column') AS kind, CASE WHEN i.type = 'function' THEN p.proname::text ELSE i.identity END AS name, '' AS "table",
         ${columns('o', 'd.objid').replace("'o'::regclass", 'd.classid')} AS columns,
         ${types('o', 'd.objid').replace("'o'::regclass", 'd.classid')} AS types,
         false AS "keepsWithType", false AS "goesWithColumn", '{}'::text[] AS "drop", '{}'::text[] AS "create", '{}'::text[] AS tables
    FROM (SELECT DISTINCT classid, objid, CASE WHEN refclassid = 'pg_type'::regclass THEN objsubid ELSE 0 END AS objsubid FROM pg_depend
           WHERE deptype = 'n' AND objid >= 16384
             AND (refclassid = 'pg_class'::regclass AND refobjsubid > 0 OR refclassid = 'pg_type'::regclass AND EXISTS (
               SELECT FROM pg_type e LEFT JOIN pg_type s ON s.oid = e.typelem WHERE e.oid = refobjid AND 'e' IN (e.typtype, s.typtype)))
             AND classid <> ALL ('{pg_policy,pg_trigger,pg_rewrite,pg_statistic_ext,pg_publication_rel,pg_attrdef,pg_constraint}'::regclass[])) d
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
    LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
   WHERE c.oid IS NULL OR c.relkind NOT IN ('i', 'I', 'S', 'v', 'm') AND d.objsubid > 0 AND NOT c.relispartition
     AND NOT (c.relkind IN ('r', 'p') AND (SELECT ${named('c', 'n')} FROM pg_namespace n WHERE n.oid = c.relnamespace) = ANY ($2::text[]))`;

/** All of them; servers before version 15 have no columns and no conditions in publications. */
export function attachedQuery(version: number): string {
  const publications = version < 150_000 ? [] : [PUBLICATIONS];
  return [
    POLICIES,
    TRIGGERS,
    RULES,
    STATISTICS,
    PARTITION_INDEXES,
    PARTITION_CHECKS,
    ...publications,
    PRIVILEGES,
    SETTINGS,
    STORAGE,
    PARTITION_KEYS,
    ...OF_TABLES,
    OTHERS,
  ].join(' UNION ALL ');
}
