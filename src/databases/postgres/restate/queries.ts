/** Definitions that PostgreSQL writes itself, each a row `what`, `up`, `down`. Names in them carry their schema. */

const EXTENSION = (catalog: string, oid: string) =>
  `EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

const OURS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** The default one first. */
export const SCHEMAS = `SELECT n.nspname AS name FROM pg_catalog.pg_namespace n WHERE ${OURS} ORDER BY n.nspname <> $1, n.nspname`;

const relation = (kinds: string) =>
  `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${OURS} AND c.relkind = ANY ('{${kinds}}') AND NOT ${EXTENSION('pg_class', 'c.oid')}`;

const PATH = `format('%I.%I', n.nspname, c.relname)`;
const OPTIONS = `coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')`;

/** A domain with its constraints; the names of NOT NULL follow by themselves. */
const DOMAIN = `concat_ws(' ', 'CREATE DOMAIN', format('%I.%I', n.nspname, t.typname), 'AS', format_type(t.typbasetype, t.typtypmod),
  'COLLATE ' || CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
  'DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN 'NOT NULL' END,
  (SELECT string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ' ' ORDER BY k.conname)
     FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))`;

const SEQUENCE = `concat_ws(' ', 'CREATE SEQUENCE', ${PATH}, 'AS', format_type(s.seqtypid, NULL), 'INCREMENT BY', s.seqincrement,
  'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'START WITH', s.seqstart, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' END)`;

/** Sequences that a column owns, each with its column and whether SERIAL would make it so. */
export const OWNED = `
  SELECT n.nspname AS schema, t.relname AS "table", a.attname AS "column", ${PATH} AS path, ${SEQUENCE} AS up,
         EXISTS (SELECT FROM pg_attrdef f JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid
                  WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum AND u.refclassid = 'pg_class'::regclass AND u.refobjid = c.oid) AS "isUsed",
         c.relname = t.relname || '_' || a.attname || '_seq' AND s.seqtypid = a.atttypid AND s.seqincrement = 1 AND s.seqmin = 1
           AND s.seqstart = 1 AND s.seqcache = 1 AND NOT s.seqcycle
           AND s.seqmax = CASE format_type(s.seqtypid, NULL) WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END AS "isOfSerial"
    FROM ${relation('S')} JOIN pg_sequence s ON s.seqrelid = c.oid
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid JOIN pg_class t ON t.oid = a.attrelid
   ORDER BY 1, 2, 3, 4`;

/** CREATE POLICY of a row `p` of pg_policy; its path is an expression. */
export const policyOn = (
  path: string,
): string => `concat_ws(' ', 'CREATE POLICY', quote_ident(p.polname), 'ON', ${path},
  'AS', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
  'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  'TO', (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')`;

/** Of a function: `pg_identify_object` gives its arguments too. */
const ROUTINE = `CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END`;

/** What has to be there before tables. */
export const BEFORE_TABLES: readonly string[] = [
  `SELECT 'schema ' || n.nspname AS what, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) AS up, NULL AS down
     FROM pg_namespace n WHERE ${OURS} AND n.nspname <> 'public' AND NOT ${EXTENSION('pg_namespace', 'n.oid')}`,
  `SELECT 'extension ' || extname AS what, format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', extname, nspname) AS up, NULL AS down
     FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql'`,
  `SELECT 'domain ' || format('%I.%I', n.nspname, t.typname) AS what, ${DOMAIN} AS up, format('DROP DOMAIN %I.%I', n.nspname, t.typname) AS down
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND ${OURS} JOIN pg_type b ON b.oid = t.typbasetype
    WHERE t.typtype = 'd' AND NOT ${EXTENSION('pg_type', 't.oid')}`,
  `SELECT 'sequence ' || ${PATH} AS what, ${SEQUENCE} AS up, format('DROP SEQUENCE %s', ${PATH}) AS down
     FROM ${relation('S')} JOIN pg_sequence s ON s.seqrelid = c.oid
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = ANY ('{a,i}'))`,
  `SELECT lower(${ROUTINE}) || ' ' || o.identity AS what, pg_get_functiondef(p.oid) AS up, format('DROP %s %s', ${ROUTINE}, o.identity) AS down
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND ${OURS}, LATERAL pg_identify_object('pg_proc'::regclass, p.oid, 0) o
    WHERE p.prokind <> 'a' AND NOT ${EXTENSION('pg_proc', 'p.oid')}`,
];

/** What needs tables, or views, which may need each other. */
export const AFTER_TABLES: readonly string[] = [
  `SELECT 'view ' || ${PATH} AS what, format('CREATE VIEW %s%s AS %s', ${PATH}, ${OPTIONS}, pg_get_viewdef(c.oid)) AS up,
          format('DROP VIEW %s', ${PATH}) AS down FROM ${relation('v')}`,
  `SELECT 'materialized view ' || ${PATH} AS what, format('CREATE MATERIALIZED VIEW %s%s AS %s', ${PATH}, ${OPTIONS}, pg_get_viewdef(c.oid)) AS up,
          format('DROP MATERIALIZED VIEW %s', ${PATH}) AS down FROM ${relation('m')}`,
  `SELECT 'index of ' || ${PATH} AS what, pg_get_indexdef(x.indexrelid) AS up, NULL AS down
     FROM ${relation('m')} JOIN pg_index x ON x.indrelid = c.oid`,
  `SELECT 'trigger ' || t.tgname || ' of ' || ${PATH} AS what, pg_get_triggerdef(t.oid) AS up, format('DROP TRIGGER %I ON %s', t.tgname, ${PATH}) AS down
     FROM ${relation('r,p,v')} JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal`,
  `SELECT 'rule ' || r.rulename || ' of ' || ${PATH} AS what, pg_get_ruledef(r.oid) AS up, format('DROP RULE %I ON %s', r.rulename, ${PATH}) AS down
     FROM ${relation('r,p,v')} JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN'`,
  `SELECT 'policy ' || p.polname || ' of ' || ${PATH} AS what, ${policyOn(PATH)} AS up, format('DROP POLICY %I ON %s', p.polname, ${PATH}) AS down
     FROM ${relation('r,p')} JOIN pg_policy p ON p.polrelid = c.oid`,
  `SELECT 'row security of ' || ${PATH} AS what, format('ALTER TABLE %s %s ROW LEVEL SECURITY', ${PATH}, w.word) AS up, NULL AS down
     FROM ${relation('r,p')}, LATERAL (VALUES ('ENABLE', c.relrowsecurity), ('FORCE', c.relforcerowsecurity)) w(word, flag) WHERE w.flag`,
  `SELECT 'settings of ' || ${PATH} AS what, format('ALTER TABLE %s %s', ${PATH}, w.words) AS up, NULL AS down
     FROM ${relation('r')}, LATERAL (
       SELECT 'SET (' || array_to_string(c.reloptions, ', ') || ')' UNION ALL
       SELECT 'REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' END UNION ALL
       SELECT format('ALTER COLUMN %I SET ', a.attname) || s.words
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid, LATERAL (VALUES
           (CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
           ('COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END),
           (CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END),
           ('(' || array_to_string(a.attoptions, ', ') || ')')) s(words)
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) w(words)
    WHERE w.words IS NOT NULL`,
  `SELECT 'statistics target of ' || ${PATH} AS what, format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', ${PATH}, a.attnum, a.attstattarget) AS up, NULL AS down
     FROM ${relation('i,I')} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attstattarget >= 0`,
  `SELECT 'statistics ' || s.stxname AS what, pg_get_statisticsobjdef(s.oid) AS up, NULL AS down
     FROM pg_statistic_ext s JOIN ${relation('r,p,m')} ON c.oid = s.stxrelid`,
  `SELECT 'target of statistics ' || s.stxname AS what, format('ALTER STATISTICS %s.%I SET STATISTICS %s', s.stxnamespace::regnamespace, s.stxname, s.stxstattarget) AS up, NULL AS down
     FROM pg_statistic_ext s JOIN ${relation('r,p,m')} ON c.oid = s.stxrelid WHERE s.stxstattarget >= 0`,
  `SELECT 'comment on ' || o.type || ' ' || o.identity AS what,
          format('COMMENT ON %s %s IS %L', upper(regexp_replace(o.type, '^(table|domain) (?=constraint)|^(view|materialized view) (?=column)', '')), o.identity, d.description) AS up, NULL AS down
     FROM pg_description d LEFT JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid,
          LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    WHERE d.objoid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
      AND o.type <> 'extension' AND (c.oid IS NULL OR c.relkind <> ALL ('{r,p,f}'))`,
];

const CATALOGS =
  'operator opclass opfamily cast collation conversion ts_config ts_dict ts_parser ts_template event_trigger publication foreign_server foreign_data_wrapper language transform';

/** Objects of users that nothing here restates, and that a comparison of catalogs does not see. */
export const UNKNOWN = `
  SELECT o.type || ' ' || o.identity AS what FROM (
    ${CATALOGS.split(' ')
      .map((name) => `SELECT 'pg_${name}'::regclass AS class, oid FROM pg_${name}`)
      .join(' UNION ALL ')}
    UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE prokind = 'a'
    UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind = 'c') u,
    LATERAL pg_identify_object(u.class, u.oid, 0) o
   WHERE u.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = u.class AND e.objid = u.oid AND e.deptype = 'e')`;
