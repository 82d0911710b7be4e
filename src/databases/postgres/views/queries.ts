/** Reads views from the catalog of PostgreSQL. `$1` is the default schema, whose names have no schema in the model. */

const OURS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
  SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`;

const MODEL_NAME = (schema: string, name: string) =>
  `CASE WHEN ${schema} = $1 THEN ${name}::text ELSE ${schema} || '.' || ${name} END`;

/** The dependencies of the query of a view, whose rule is `r`. */
const OF_RULE = `d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.deptype = 'n'`;

const USES = `
  (SELECT coalesce(json_agg(json_build_object('table', u.name, 'kind', u.kind, 'columns', u.columns) ORDER BY u.name), '[]')
     FROM (SELECT ${MODEL_NAME('tn.nspname', 't.relname')} AS name, t.relkind AS kind,
                  coalesce(json_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '[]') AS columns
             FROM pg_rewrite r JOIN pg_depend d ON ${OF_RULE} AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
             JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
             LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
            WHERE r.ev_class = c.oid AND r.ev_type = '1' GROUP BY 1, 2) u)`;

const TYPES = `
  (SELECT coalesce(json_agg(DISTINCT ${MODEL_NAME('yn.nspname', 'y.typname')}), '[]')
     FROM pg_rewrite r JOIN pg_depend d ON ${OF_RULE} AND d.refclassid = 'pg_type'::regclass
     JOIN pg_type y ON y.oid = d.refobjid AND y.typtype = 'e' JOIN pg_namespace yn ON yn.oid = y.typnamespace
    WHERE r.ev_class = c.oid AND r.ev_type = '1')`;

const OUTPUTS = `
  (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`;

const INDEXES = `
  (SELECT coalesce(json_agg(json_build_object('name', x.relname, 'unique', i.indisunique, 'method', m.amname, 'where', pg_get_expr(i.indpred, i.indrelid),
            'keys', (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, true) ORDER BY k) FROM generate_series(1, i.indnkeyatts::int) k)) ORDER BY x.relname), '[]')
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam WHERE i.indrelid = c.oid)`;

/** Objects that no view is and that hold on to the view or to its row type: it cannot be dropped without them. */
const OBSTACLES = `
  (SELECT coalesce(json_agg(DISTINCT o.type || ' ' || o.identity), '[]')
     FROM pg_depend d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) o
    WHERE d.deptype = 'n' AND NOT (d.classid = 'pg_rewrite'::regclass AND EXISTS (
            SELECT FROM pg_rewrite r WHERE r.oid = d.objid AND (r.ev_class = c.oid OR r.rulename = '_RETURN')))
      AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
        OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (c.reltype, (SELECT y.typarray FROM pg_type y WHERE y.oid = c.reltype))))`;

const CHECK_OPTION = `(SELECT o.option_value FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'check_option')`;

/** Every view. */
export const VIEWS = `
  SELECT c.oid::text, c.relkind = 'm' AS materialized, ${MODEL_NAME('n.nspname', 'c.relname')} AS name, pg_get_viewdef(c.oid) AS definition,
         ${OUTPUTS} AS outputs, ${USES} AS uses, ${TYPES} AS types, ${INDEXES} AS indexes, ${OBSTACLES} AS obstacles, ${CHECK_OPTION} AS "checkOption"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OURS} ORDER BY 3`;

/** The names of all. */
export const VIEW_NAMES = `
  SELECT ${MODEL_NAME('n.nspname', 'c.relname')} AS name, c.relkind = 'm' AS materialized
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OURS} ORDER BY 1`;

/** One view, temporary ones too. `path` is a part of this package. */
export function definedAs(path: string): string {
  return `SELECT pg_get_viewdef(c.oid) AS definition, ${OUTPUTS} AS outputs, ${USES} AS uses, ${TYPES} AS types
    FROM pg_class c WHERE c.oid = to_regclass('${path}')`;
}
