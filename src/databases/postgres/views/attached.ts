/** What hangs on a view, as statements that the server itself writes: on a scratch database, or while a revision runs. */

import { postgresLiteral } from '../../../sql/quote.js';

const GRANTEE = `CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END`;
const OPTION = `CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
const OWNER = 'quote_ident(pg_get_userbyid(c.relowner))';

/** Each gives rows of a column that has to be there, or NULL, a place in the order, and a statement. */
const PARTS: readonly string[] = [
  `SELECT NULL::text, 1, format('ALTER %s %s SET (%s)', v.kind, v.path, array_to_string(c.reloptions, ', ')) WHERE c.reloptions IS NOT NULL`,
  `SELECT a.attname::text, 2, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.path, a.attname, pg_get_expr(f.adbin, f.adrelid))
     FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE f.adrelid = c.oid`,
  `SELECT NULL::text, 3, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND x.relname <> ALL (v.without)`,
  `SELECT NULL::text, 3, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s WHERE s.stxrelid = c.oid`,
  `SELECT NULL::text, 4, pg_get_ruledef(r.oid) FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'`,
  `SELECT NULL::text, 4, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal`,
  `SELECT NULL::text, 5, format('COMMENT ON %s %s IS %L', v.kind, v.path, d.description)
     FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0`,
  `SELECT a.attname::text, 5, format('COMMENT ON COLUMN %s.%I IS %L', v.path, a.attname, d.description)
     FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
    WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0`,
  `SELECT NULL::text, 6, format('ALTER TABLE %s OWNER TO %s', v.path, ${OWNER})
    WHERE pg_get_userbyid(c.relowner) <> CURRENT_USER`,
  `SELECT NULL::text, 7, format('REVOKE ALL ON %s FROM %s', v.path, ${OWNER}) WHERE c.relacl IS NOT NULL`,
  `SELECT NULL::text, 8, format('GRANT %s ON %s TO %s%s', g.privilege_type, v.path, ${GRANTEE}, ${OPTION})
     FROM aclexplode(c.relacl) g`,
  `SELECT a.attname::text, 9, format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, v.path, ${GRANTEE}, ${OPTION})
     FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND a.attnum > 0`,
];

/** Of which views what is kept. */
export interface Kept {
  /** As SQL. */
  readonly path: string;
  /** All of it; of a view that is replaced only its options; of one of another kind only its owner and rights. */
  readonly what: 'all' | 'options' | 'rights';
  /** Names of indexes that are not made again. */
  readonly withoutIndexes: readonly string[];
}

const PLACES: Readonly<Record<Kept['what'], string>> = { all: '1, 9', options: '1, 1', rights: '6, 9' };

/** One row a statement: `path` of its view, `column` that it needs or NULL, `sql`. In the order in which they run. */
export function attachedSql(views: readonly Kept[]): string {
  const values = views.map(
    ({ path, what, withoutIndexes }, index) =>
      `(${index}, ${postgresLiteral(path)}, ${PLACES[what]}, ARRAY[${withoutIndexes.map(postgresLiteral).join(', ')}]::text[])`,
  );
  return [
    'SELECT v.path, s."column", s.sql',
    `  FROM (SELECT k.*, to_regclass(k.path) AS oid FROM (VALUES ${values.join(', ')}) AS k(number, path, first, last, without)) k`,
    "  JOIN pg_class c ON c.oid = k.oid CROSS JOIN LATERAL (SELECT k.*, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind) v",
    `  CROSS JOIN LATERAL (${PARTS.map((part) => part.replace(/\s+/g, ' ')).join('\n    UNION ALL ')}) AS s("column", place, sql)`,
    ' WHERE s.place BETWEEN v.first AND v.last ORDER BY v.number, s.place, s.sql',
  ].join('\n');
}

/** A setting of the transaction, which carries the statements from where views are dropped to where they are made again. */
const SETTING = 'orchestrator_db.views';

/** Keeps what hangs on views, before they are dropped. */
export function keepAttached(views: readonly Kept[]): string {
  return `SELECT set_config('${SETTING}', (SELECT coalesce(json_agg(k), '[]')::text FROM (\n${attachedSql(views)}) k), true)`;
}

/** Makes again what was kept. Rights that the defaults of the schema gave are taken away before. */
export function restoreAttached(views: readonly Kept[]): string {
  const whole = views.filter(({ what }) => what !== 'options');
  return [
    'DO $views$',
    'DECLARE one record;',
    'BEGIN',
    ...(whole.length === 0 ? [] : withoutDefaults(whole)),
    ...RUN,
    'END $views$',
  ].join('\n');
}

function withoutDefaults(views: readonly Kept[]): readonly string[] {
  const paths = views.map(({ path }) => `to_regclass(${postgresLiteral(path)})`).join(', ');
  return [
    `  FOR one IN SELECT DISTINCT c.oid::regclass AS path, ${GRANTEE} AS grantee`,
    '      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g',
    `     WHERE c.oid = ANY (ARRAY[${paths}]::oid[]) AND g.grantee <> c.relowner LOOP`,
    "    EXECUTE format('REVOKE ALL ON %s FROM %s', one.path, one.grantee);",
    '  END LOOP;',
  ];
}

const RUN = [
  `  FOR one IN SELECT k.path, k."column", k.sql FROM json_to_recordset(current_setting('${SETTING}')::json) AS k(path text, "column" text, sql text) LOOP`,
  '    IF one."column" IS NULL OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(one.path) AND a.attname = one."column") THEN',
  '      EXECUTE one.sql;',
  '    END IF;',
  '  END LOOP;',
];
