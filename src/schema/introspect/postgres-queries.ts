/**
 * The catalog queries, all sent in one message. Each names tables by oid, so that nothing is joined twice.
 * https://www.postgresql.org/docs/current/catalogs.html
 */
export function catalogQueries(schemas: readonly string[]): readonly string[] {
  const within = schemas.map((schema) => `'${schema.replaceAll("'", "''")}'`).join(', ');
  const relations = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN (${within})`;
  return [
    tables(relations),
    columns(relations),
    constraints(relations),
    indexes(relations),
    enums(within),
    triggers(relations),
    sequences(relations),
  ];
}

/** Partitions belong to their parent, and an extension's objects to the extension. */
const OWN = `NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')`;

const tables = (relations: string) => `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence,
         c.relrowsecurity AS "rowSecurity", d.description AS comment
    FROM ${relations}
    LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
   WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND ${OWN}`;

const columns = (relations: string) => `
  SELECT a.attrelid AS "tableId", a.attname AS name, a.attnotnull AND v.conrelid IS NULL AS "notNull", a.attidentity AS identity, a.attgenerated AS generated,
         format_type(a.atttypid, a.atttypmod) AS type, format_type(a.atttypid, -1) AS "bareType",
         en.nspname AS "typeSchema", coalesce(e.typname, t.typname) AS "typeName", coalesce(e.typtype, t.typtype) AS "typeKind",
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS "domainOf", t.typelem <> 0 AND t.typcategory = 'A' AS "isArray",
         CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS "collation",
         pg_get_expr(d.adbin, d.adrelid) AS "default", s.description AS comment,
         a.atthasdef AND a.attidentity = '' AND EXISTS (
           SELECT FROM pg_depend u
             JOIN pg_depend o ON o.classid = u.refclassid AND o.objid = u.refobjid AND o.deptype = 'a'
              AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
            WHERE u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass) AS "ownsSequence"
    FROM ${relations}
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    LEFT JOIN pg_namespace en ON en.oid = coalesce(e.typnamespace, t.typnamespace)
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_constraint v ON v.conrelid = c.oid AND v.contype = 'n' AND NOT v.convalidated AND v.conkey[1] = a.attnum
    LEFT JOIN pg_description s ON s.classoid = 'pg_class'::regclass AND s.objoid = c.oid AND s.objsubid = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition`;

/** Object ids below are the server's own: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_OF_USERS = 16384;

const names = (keys: string, table: string) => `
  (SELECT json_agg(a.attname ORDER BY u.i) FROM unnest(${keys}) WITH ORDINALITY u(n, i)
     JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.n)`;

/**
 * What the model cannot hold of a constraint: WITHOUT OVERLAPS, NO INHERIT, columns behind ON DELETE SET NULL, and
 * INCLUDE of an exclusion constraint.
 */
const BEYOND = `CASE k.contype WHEN 'c' THEN k.connoinherit WHEN 'x' THEN pg_get_constraintdef(k.oid) LIKE '%) INCLUDE (%'
         WHEN 'f' THEN k.confdeltype IN ('n', 'd') AND pg_get_constraintdef(k.oid) ~ ' ON DELETE SET (NULL|DEFAULT) [(]'
         ELSE k.conexclop IS NOT NULL END`;

const constraints = (relations: string) => `
  SELECT k.conrelid AS "tableId", k.conname AS name, k.contype AS kind, k.condeferrable AS deferrable, k.condeferred AS deferred,
         k.convalidated AS validated, k.confdeltype AS "onDelete", k.confupdtype AS "onUpdate", k.confmatchtype AS match,
         CASE WHEN k.contype = 'f' THEN f.relname END AS target, CASE WHEN k.contype = 'f' THEN fn.nspname END AS "targetSchema",
         ${names('k.conkey', 'k.conrelid')} AS columns, ${names('k.confkey', 'k.confrelid')} AS "references",
         CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) WHEN 'x' THEN pg_get_constraintdef(k.oid) END AS definition,
         CASE WHEN ${BEYOND} THEN pg_get_constraintdef(k.oid) END AS beyond
    FROM ${relations}
    JOIN pg_constraint k ON k.conrelid = c.oid
    LEFT JOIN pg_class f ON f.oid = k.confrelid
    LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
   WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND NOT c.relispartition`;

const indexes = (relations: string) => `
  SELECT x.indrelid AS "tableId", i.relname AS name, x.indisunique AS "unique", x.indisvalid AS valid, am.amname AS method,
         CASE WHEN am.oid >= ${FIRST_OF_USERS} THEN pg_get_indexdef(x.indexrelid) ELSE '' END AS definition,
         k.conname AS "constraint", pg_get_expr(x.indpred, x.indrelid) AS "where",
         x.indisunique AND coalesce((to_json(x) ->> 'indnullsnotdistinct')::boolean, false) AS "nullsNotDistinct",
         (SELECT json_agg(json_build_object(
                   'column', a.attname,
                   'expression', CASE WHEN u.number = 0 THEN pg_get_indexdef(x.indexrelid, u.i::integer, true) END,
                   'option', u.option,
                   'opclass', (SELECT o.opcname FROM pg_opclass o WHERE o.oid = u.class AND NOT o.opcdefault),
                   'collation', CASE WHEN u."collation" <> 0 AND u."collation" <> a.attcollation
                                     THEN (SELECT l.collname FROM pg_collation l WHERE l.oid = u."collation") END,
                   'key', u.i <= x.indnkeyatts) ORDER BY u.i)
            FROM unnest(x.indkey::int2[], x.indoption::int2[], x.indclass::oid[], x.indcollation::oid[])
                 WITH ORDINALITY u(number, option, class, "collation", i)
            LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = u.number AND u.number > 0) AS keys
    FROM ${relations}
    JOIN pg_index x ON x.indrelid = c.oid
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_am am ON am.oid = i.relam
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
   WHERE NOT c.relispartition`;

const enums = (within: string) => `
  SELECT n.nspname AS schema, t.typname AS name, json_agg(e.enumlabel ORDER BY e.enumsortorder) AS values
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND n.nspname IN (${within}) JOIN pg_enum e ON e.enumtypid = t.oid
   WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
   GROUP BY n.nspname, t.typname`;

const triggers = (relations: string) => `
  SELECT t.tgrelid AS "tableId", t.tgname AS name FROM ${relations} JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal AND ${OWN}`;

const sequences = (relations: string) => `
  SELECT n.nspname AS schema, c.relname AS name FROM ${relations}
   WHERE c.relkind = 'S' AND NOT EXISTS (
           SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))`;
