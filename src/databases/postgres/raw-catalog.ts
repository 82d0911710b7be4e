import type { Session } from '../session.js';
import { readingPlainly } from './plain-reading.js';

/**
 * PostgreSQL names an index of a partition where it makes it itself, so the index of the whole table and the partition
 * stand for the name. Relations of users, without what an extension brings; `$1` are the tables of the
 * records.
 */
const OURS = `
  ours AS (
    SELECT c.*, CASE WHEN c.relispartition AND c.relkind IN ('i', 'I') THEN (
             SELECT format('%s of %s', pg_partition_root(c.oid)::regclass, indrelid::regclass) FROM pg_index WHERE indexrelid = c.oid)
           ELSE format('%I.%I', n.nspname, c.relname) END AS path
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
             SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
       AND NOT (c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p'))
       AND NOT EXISTS (
             SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid AND t.relname = ANY ($1::text[])
              WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.objid = c.oid)
       AND NOT EXISTS (
             SELECT FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
              WHERE x.indexrelid = c.oid AND (t.relname = ANY ($1::text[]) OR EXISTS (
                SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = t.oid AND e.deptype = 'e'))))`;

/** One SELECT a kind of object; each gives lines. Words that say nothing are left out by concat_ws. */
const PARTS: readonly string[] = [
  `SELECT concat_ws(' ', 'relation', path, relkind, 'persistence', relpersistence, 'options', reloptions,
     CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
     'replica identity', relreplident, (SELECT 'access ' || amname FROM pg_am WHERE pg_am.oid = relam),
     pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid)) FROM ours`,
  `SELECT concat_ws(' ', 'column', path || '.' || quote_ident(attname), format_type(atttypid, atttypmod),
     CASE WHEN attnotnull THEN 'not null' END, CASE WHEN atthasdef THEN 'default ' || pg_get_expr(adbin, adrelid) END,
     'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''),
     'collation ' || nullif(attcollation, 0)::regcollation::text, 'storage ' || attstorage::text,
     'compression ' || nullif(attcompression::text, ''), CASE WHEN attstattarget >= 0 THEN 'target ' || attstattarget END, 'options ' || (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(attoptions) o WHERE o ~ '^n_distinct(_inherited)?='),
     'rights ' || (SELECT string_agg(r, ' ' ORDER BY r) FROM unnest(attacl::text[]) r), CASE WHEN NOT attislocal THEN 'inherited' END)
     FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped AND relkind NOT IN ('i', 'I', 'S')
     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum`,
  // NOT NULL is a constraint from version 18 on. The name that the server gives it says nothing; a long one is shortened.
  `SELECT concat_ws(' ', 'constraint on', path, CASE WHEN conparentid <> 0 AND contype IN ('p', 'u') THEN 'of the table' WHEN contype <> 'n' OR conislocal AND NOT (SELECT
       regexp_replace(conname, '[0-9]*$', '') = concat_ws('_', ours.relname, attname, 'not_null')
         OR octet_length(concat(ours.relname, attname)) > 52 AND conname ~ '_not_null[0-9]*$'
      FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) THEN quote_ident(conname) END, pg_get_constraintdef(k.oid),
     CASE WHEN NOT convalidated THEN '(not validated)' END, CASE WHEN connoinherit AND contype = 'c' THEN '(not inherited)' END)
     FROM ours JOIN pg_constraint k ON conrelid = ours.oid`,
  `SELECT concat_ws(' ', 'index', CASE WHEN relispartition THEN path END, CASE WHEN relispartition
       THEN replace(pg_get_indexdef(indexrelid), format(' %I ON ', relname), ' ON ') ELSE pg_get_indexdef(indexrelid) END, CASE WHEN NOT indisvalid THEN '(invalid)' END,
     CASE WHEN NOT indisready THEN '(not ready)' END, CASE WHEN NOT indislive THEN '(not live)' END,
     CASE WHEN indisclustered THEN '(clustered)' END, CASE WHEN indisreplident THEN '(replica identity)' END,
     CASE WHEN NOT indimmediate THEN '(deferred)' END,
     (SELECT string_agg(format('key %s target %s', attnum, attstattarget), ' ' ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = indexrelid AND attnum > 0 AND attstattarget >= 0))
     FROM ours JOIN pg_index ON indexrelid = ours.oid`,
  `SELECT concat_ws(' ', 'sequence', path, seqtypid::regtype, 'start', seqstart, 'step', seqincrement, 'from', seqmin, 'to', seqmax,
     'cache', seqcache, CASE WHEN seqcycle THEN 'cycle' END,
     (SELECT string_agg(concat_ws(' ', 'of', d.refobjid::regclass || '.' || quote_ident(a.attname), d.deptype), ' ' ORDER BY d.deptype)
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       WHERE d.classid = 'pg_class'::regclass AND d.objid = ours.oid AND d.deptype IN ('a', 'i')))
     FROM ours JOIN pg_sequence ON seqrelid = ours.oid`,
  `SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), 'enabled', tgenabled)
     FROM ours JOIN pg_trigger t ON tgrelid = ours.oid WHERE NOT tgisinternal`,
  `SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), 'enabled', ev_enabled)
     FROM ours JOIN pg_rewrite r ON ev_class = ours.oid`,
  `SELECT concat_ws(' ', 'policy', polname, 'on', path, polcmd, polpermissive, polroles::regrole[],
     pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
     FROM ours JOIN pg_policy ON polrelid = ours.oid`,
  `SELECT concat_ws(' ', 'inherits', path, CASE WHEN relkind IN ('i', 'I') THEN pg_partition_root(inhparent) ELSE inhparent END::regclass, inhseqno) FROM ours JOIN pg_inherits ON inhrelid = ours.oid`,
  // The definition lists columns by their place in the table.
  `SELECT concat_ws(' ', 'statistics', stxnamespace::regnamespace || '.' || quote_ident(stxname), stxkind, 'of', path,
     (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute WHERE attrelid = ours.oid AND attnum = ANY (stxkeys::int2[])),
     pg_get_statisticsobjdef_expressions(s.oid)::text, 'target ' || nullif(stxstattarget, -1)) FROM ours JOIN pg_statistic_ext s ON stxrelid = ours.oid`,
  `SELECT concat_ws(' ', 'type', format('%I.%I', nspname, typname), typtype, 'base ' || nullif(typbasetype, 0)::regtype::text,
     CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault,
     (SELECT 'values ' || string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
     (SELECT string_agg(quote_ident(conname) || ' ' || pg_get_constraintdef(k.oid), ', ' ORDER BY conname)
        FROM pg_constraint k WHERE contypid = t.oid))
     FROM pg_type t JOIN theirs n ON n.oid = typnamespace
    WHERE typtype IN ('e', 'd', 'r') AND NOT EXISTS (
            SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')`,
  `SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid)) FROM pg_proc p JOIN theirs n ON n.oid = pronamespace
    WHERE prokind <> 'a' AND NOT EXISTS (
            SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')`,
  `SELECT concat_ws(' ', 'comment on', o.type, o.identity, 'is', quote_literal(description))
     FROM pg_description d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    WHERE (o.schema IN (SELECT nspname FROM theirs) OR d.objoid IN (SELECT oid FROM theirs) OR d.classoid IN
            ('pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass))
      AND o.identity !~ ' on pg_catalog[.]' AND o.identity !~ '^(information_schema|pg_catalog)[.]' AND d.objoid >= 16384
      AND NOT EXISTS (
            SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')`,
  // Servers before version 15 have no columns and no conditions there.
  `SELECT concat_ws(' ', 'publication', pubname, 'of', quote_ident(schemaname) || '.' || quote_ident(tablename),
     (SELECT string_agg(quote_ident(a), ', ' ORDER BY a) FROM jsonb_array_elements_text(to_jsonb(t) -> 'attnames') a), 'where ' || (to_jsonb(t) ->> 'rowfilter'))
     FROM pg_publication_tables t WHERE tablename <> ALL ($1::text[])`,
  `SELECT concat_ws(' ', 'schema', quote_ident(nspname)) FROM theirs`,
  `SELECT concat_ws(' ', 'extension', extname, extnamespace::regnamespace) FROM pg_extension`,
];

/** The lines of every schema that is not the system's. */
export async function postgresLines(
  session: Session,
  records: readonly string[],
): Promise<readonly string[]> {
  const theirs = `theirs AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')`;
  const sql = `WITH ${OURS}, ${theirs} ${PARTS.join(' UNION ALL ')}`;
  const rows = (await readingPlainly(session, () => session.query(sql, [records]))) as readonly {
    readonly concat_ws: string;
  }[];
  return rows.map((row) => row.concat_ws);
}
