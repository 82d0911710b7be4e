/** What hangs on a view, as statements that the server itself writes: on a scratch database, or while a revision runs. */

import { EQ } from '../../../sql/postgres-operators.js';
import { postgresLiteral } from '../../../sql/quote.js';

/** Of a right `g`: who has it, as SQL; under any search path. */
export const GRANTEE = `CASE WHEN g.grantee ${EQ} 0::pg_catalog.oid THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END`;
/** Of a right `g`: whether its owner may pass it on. */
export const OPTION = `CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
const OWNER = 'quote_ident(pg_get_userbyid(c.relowner))';

/** The columns of the view that an index reads. */
const INDEXED = `(SELECT array_agg(a.attname::text) FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = c.oid)`;

/** What a column of a materialized view has. */
const OF_COLUMN = `VALUES (CASE WHEN a.attstattarget >= 0 THEN format('SET STATISTICS %s', a.attstattarget) END),
    ('SET (' || array_to_string(a.attoptions, ', ') || ')'),
    (CASE WHEN a.attstorage <> t.typstorage
       THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
    ('SET COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END)`;

/** Each gives rows of the columns that have to be there, or NULL, a place in the order, and a statement. */
const PARTS: readonly string[] = [
  `SELECT NULL::text[], 1, format('ALTER %s %s SET (%s)', v.kind, v.path, array_to_string(c.reloptions, ', ')) WHERE c.reloptions IS NOT NULL`,
  `SELECT ARRAY[a.attname::text], 2, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.path, a.attname, pg_get_expr(f.adbin, f.adrelid))
     FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE f.adrelid = c.oid`,
  `SELECT ${INDEXED}, 3, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND x.relname <> ALL (v.without)`,
  `SELECT ${INDEXED}, 4, format('COMMENT ON INDEX %s IS %L', x.oid::regclass, d.description)
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid
    WHERE i.indrelid = c.oid AND x.relname <> ALL (v.without)`,
  `SELECT NULL::text[], 3, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s WHERE s.stxrelid = c.oid`,
  `SELECT NULL::text[], 4, format('ALTER STATISTICS %s.%I SET STATISTICS %s', s.stxnamespace::regnamespace, s.stxname, s.stxstattarget)
     FROM pg_statistic_ext s WHERE s.stxrelid = c.oid AND s.stxstattarget >= 0`,
  `SELECT ${INDEXED}, 4, format('ALTER %s %s CLUSTER ON %I', v.kind, v.path, x.relname)
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered AND x.relname <> ALL (v.without)`,
  `SELECT ${INDEXED}, 4, format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', x.oid::regclass, a.attnum, a.attstattarget)
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = x.oid
    WHERE i.indrelid = c.oid AND a.attstattarget >= 0 AND x.relname <> ALL (v.without)`,
  `SELECT ARRAY[a.attname::text], 4, format('ALTER %s %s ALTER COLUMN %I %s', v.kind, v.path, a.attname, w.words)
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid CROSS JOIN LATERAL (${OF_COLUMN}) w(words)
    WHERE c.relkind = 'm' AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND w.words IS NOT NULL`,
  `SELECT NULL::text[], 4, pg_get_ruledef(r.oid) FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'`,
  `SELECT NULL::text[], 4, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal`,
  `SELECT NULL::text[], 5, format('COMMENT ON %s %s IS %L', v.kind, v.path, d.description)
     FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0`,
  `SELECT ARRAY[a.attname::text], 5, format('COMMENT ON COLUMN %s.%I IS %L', v.path, a.attname, d.description)
     FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
    WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0`,
  `SELECT NULL::text[], 6, format('ALTER TABLE %s OWNER TO %s', v.path, ${OWNER})
    WHERE pg_get_userbyid(c.relowner) <> CURRENT_USER`,
  `SELECT NULL::text[], 7, format('REVOKE ALL ON %s FROM %s', v.path, ${OWNER}) WHERE c.relacl IS NOT NULL`,
  `SELECT NULL::text[], 8, format('GRANT %s ON %s TO %s%s', g.privilege_type, v.path, ${GRANTEE}, ${OPTION})
     FROM aclexplode(c.relacl) g`,
  `SELECT ARRAY[a.attname::text], 9, format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, v.path, ${GRANTEE}, ${OPTION})
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

/** One row a statement: `path` of its view, `columns` that it needs or NULL, `sql`. In the order in which they run. */
export function attachedSql(views: readonly Kept[]): string {
  return attachedFrom(views, ({ path }) => {
    const name = postgresLiteral(path);
    return { path: name, oid: `to_regclass(${name})` };
  });
}

/** The expressions of a view. */
type Place = (view: Kept, index: number) => { readonly path: string; readonly oid: string };

function attachedFrom(views: readonly Kept[], placeOf: Place): string {
  const values = views.map((view, index) => {
    const { path, oid } = placeOf(view, index);
    const without = `ARRAY[${view.withoutIndexes.map(postgresLiteral).join(', ')}]::text[]`;
    return `(${index}, ${path}, ${oid}, ${PLACES[view.what]}, ${without})`;
  });
  return [
    'SELECT v.path, s.columns, s.sql',
    `  FROM (VALUES ${values.join(', ')}) AS k(number, path, oid, first, last, without)`,
    "  JOIN pg_class c ON c.oid = k.oid CROSS JOIN LATERAL (SELECT k.*, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind) v",
    `  CROSS JOIN LATERAL (${PARTS.map((part) => part.replace(/\s+/g, ' ')).join('\n    UNION ALL ')}) AS s(columns, place, sql)`,
    ' WHERE s.place BETWEEN v.first AND v.last ORDER BY v.number, s.place, s.sql',
  ].join('\n');
}

/** A setting of the transaction, which carries the statements from where views are dropped to where they are made again. */
const SETTING = 'orchestrator_db.views';

/** Keeps what hangs on views, before they are dropped. */
export function keepAttached(views: readonly Kept[]): string {
  const live = attachedFrom(views, (_view, index) => {
    const oid = `views[${index + 1}]`;
    return { path: `${oid}::regclass::text`, oid };
  });
  return block(
    views,
    ['kept text;'],
    [
      `  SELECT coalesce(json_agg(k), '[]')::text INTO kept FROM (`,
      `${live}) k;`,
      `  PERFORM set_config('${SETTING}', kept, true);`,
    ],
  );
}

/** Makes again what was kept. Rights that the defaults of the schema gave are taken away before. */
export function restoreAttached(views: readonly Kept[]): string {
  const isWhole = views.some(({ what }) => what !== 'options');
  return block(
    views.filter(({ what }) => what !== 'options'),
    ['one record;'],
    [...(isWhole ? WITHOUT_DEFAULTS : []), ...RUN],
  );
}

/**
 * Statements in which every name is one of pg_catalog, whatever the search path leads to: a role that may create in
 * `public` has no part in them. What they generate has the schema in front of each name. `views` has the views.
 */
function block(views: readonly Kept[], declared: readonly string[], statements: readonly string[]): string {
  const found = views.map(({ path }) => `pg_catalog.to_regclass(${postgresLiteral(path)})`);
  return [
    'DO $views$',
    'DECLARE',
    "  path_before pg_catalog.text := pg_catalog.current_setting('search_path');",
    `  views pg_catalog.oid[] := ARRAY[${found.join(', ')}]::pg_catalog.oid[];`,
    ...declared.map((one) => `  ${one}`),
    'BEGIN',
    "  PERFORM pg_catalog.set_config('search_path', '', true);",
    ...statements,
    "  PERFORM set_config('search_path', path_before, true);",
    'END $views$',
  ].join('\n');
}

const WITHOUT_DEFAULTS = [
  `  FOR one IN SELECT DISTINCT c.oid::regclass AS path, ${GRANTEE} AS grantee`,
  '      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g',
  '     WHERE c.oid = ANY (views) AND g.grantee <> c.relowner LOOP',
  "    EXECUTE format('REVOKE ALL ON %s FROM %s', one.path, one.grantee);",
  '  END LOOP;',
];

const RUN = [
  `  FOR one IN SELECT k.path, k.columns, k.sql FROM json_to_recordset(current_setting('${SETTING}')::json) AS k(path text, columns text[], sql text) LOOP`,
  '    IF NOT EXISTS (SELECT FROM unnest(one.columns) n WHERE NOT EXISTS',
  '      (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(one.path) AND a.attname = n AND NOT a.attisdropped)) THEN',
  '      EXECUTE one.sql;',
  '    END IF;',
  '  END LOOP;',
];
