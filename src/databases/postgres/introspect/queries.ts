import { EQ, FIELD, GE, GT, LE, MATCHES, NE } from '../../../sql/postgres-operators.js';
import { deviations, HAS_PARTITIONED, LONE_INDEXES } from './partition-queries.js';
import { postgresLiteral } from '../../../sql/quote.js';

/**
 * The catalog queries, all sent in one message. The first one notes which relations the others read, and its answer says
 * nothing: a catalog in which nearly everything belongs to partitions is read once. Each names tables by oid, so that
 * nothing is joined twice. https://www.postgresql.org/docs/current/catalogs.html
 *
 * @param partitions by their oids, those that count as tables
 */
export function catalogQueries(
  schemas: readonly string[],
  partitions: readonly number[] = [],
): readonly string[] {
  const within = `n.nspname ${EQ} ANY (ARRAY[${schemas.map(postgresLiteral).join(', ')}]::pg_catalog.name[])`;
  return [
    notedRelations(within, partitions),
    TABLES,
    COLUMNS,
    CONSTRAINTS,
    INDEXES,
    enums(within),
    ATTACHED,
    SEQUENCES,
    ofDatabase(within),
    REPLICATION_ROLE,
    deviations(within, partitions),
  ];
}

const REGCLASS = '::pg_catalog.regclass';

/** Whether an object, by its catalog and oid, depends on another one in one of these manners. */
const depends = (catalog: string, oid: string, types: string) =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid ${EQ} '${catalog}'${REGCLASS} AND e.objid ${EQ} ${oid} AND e.deptype ${EQ} ANY ('{${types}}'))`;

/** Settings of the transaction alone, each with a list of oids. */
const RELATIONS = 'orchestrator_db.relations';

const IS_INDEX = `c.relkind ${EQ} ANY ('{i,I}')`;

/**
 * Notes the relations that the other queries read: partitions belong to their parent, and an extension's objects to the
 * extension. Also the indexes that belong to no index of a parent, where a table is partitioned: a partition may have one.
 */
function notedRelations(within: string, partitions: readonly number[]): string {
  const meant = partitions.length === 0 ? '' : ` OR c.oid ${EQ} ANY ('{${partitions.join()}}')`;
  return `
  SELECT pg_catalog.set_config('${RELATIONS}', coalesce(pg_catalog.array_agg(c.oid) FILTER (WHERE NOT ${IS_INDEX})::pg_catalog.text, '{}'), true) IS NULL,
         pg_catalog.set_config('${LONE_INDEXES}', coalesce(pg_catalog.array_agg(c.oid) FILTER (WHERE ${IS_INDEX})::pg_catalog.text, '{}'), true) IS NULL
    FROM pg_catalog.pg_class c
   WHERE (NOT c.relispartition${meant}) AND c.relnamespace ${EQ} ANY (ARRAY(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE ${within}))
     AND (${IS_INDEX} AND ${HAS_PARTITIONED} OR c.relkind ${EQ} ANY ('{r,p,f,v,m,S}') AND NOT c.oid ${EQ} ANY (ARRAY(
           SELECT e.objid FROM pg_catalog.pg_depend e WHERE e.refclassid ${EQ} 'pg_catalog.pg_extension'${REGCLASS} AND e.classid ${EQ} 'pg_catalog.pg_class'${REGCLASS} AND e.deptype ${EQ} 'e')))`;
}

/** What was noted, with the names of schemas. */
const WITH_RELATIONS = `WITH relations AS MATERIALIZED (
    SELECT c.*, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
     WHERE c.oid ${EQ} ANY (pg_catalog.current_setting('${RELATIONS}')::pg_catalog.oid[]))`;

const comment = (object: string, part: string, name: string) =>
  `LEFT JOIN pg_catalog.pg_description ${name} ON ${name}.classoid ${EQ} 'pg_catalog.pg_class'${REGCLASS} AND ${name}.objoid ${EQ} ${object} AND ${name}.objsubid ${EQ} ${part}`;

/** Names of columns, in the order of their numbers in a list. */
const names = (keys: string, table: string) => `
  (SELECT pg_catalog.json_agg(a.attname ORDER BY u.i) FROM pg_catalog.unnest(${keys}) WITH ORDINALITY u(n, i)
     JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} ${table} AND a.attnum ${EQ} u.n)`;

/** An expression of the key stands in the text of the whole key alone. */
const PARTITION = `(
           SELECT pg_catalog.json_build_object(
                    'strategy', CASE WHEN p.partstrat ${EQ} 'r' THEN 'range' WHEN p.partstrat ${EQ} 'l' THEN 'list' ELSE 'hash' END,
                    'key', CASE WHEN 0 ${EQ} ANY (p.partattrs::pg_catalog.int2[])
                                THEN pg_catalog.json_build_array(pg_catalog.regexp_replace(pg_catalog.pg_get_partkeydef(c.oid), '^[A-Z]+ [(]|[)]$', '', 'g'))
                                ELSE ${names('p.partattrs::pg_catalog.int2[]', 'c.oid')} END,
                    'rest', p.partdefid ${NE} 0)
             FROM pg_catalog.pg_partitioned_table p WHERE c.relkind ${EQ} 'p' AND p.partrelid ${EQ} c.oid)`;

const TABLES = `${WITH_RELATIONS}
  SELECT c.oid, c.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence,
         c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forcesRowSecurity", d.description AS comment,
         c.relispartition AS "isPartition", ${PARTITION} AS partition,
         (SELECT pg_catalog.json_agg(h.inhparent::pg_catalog.int8 ORDER BY h.inhseqno) FROM pg_catalog.pg_inherits h WHERE h.inhrelid ${EQ} c.oid) AS "parentIds"
    FROM relations c
    ${comment('c.oid', '0', 'd')}
   WHERE c.relkind ${EQ} ANY ('{r,p,f,v,m}')`;

/** NOT NULL is a constraint from version 18 on. Its usual name says nothing, and that of a long one is shortened. */
const REQUIREMENT = `CASE WHEN v.conislocal AND (v.connoinherit OR NOT v.convalidated
              OR v.conname ${NE} pg_catalog.concat(c.relname, '_', a.attname, '_not_null')) THEN v.conname END`;

const COLUMNS = `${WITH_RELATIONS}
  SELECT a.attrelid AS "tableId", a.attname AS name, a.attnotnull AND v.convalidated IS NOT FALSE AS "notNull", ${REQUIREMENT} AS requirement, v.connoinherit AS "requiredAlone", a.attinhcount ${GT} 0 AS inherited, a.attidentity AS identity, a.attgenerated AS generated,
         pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, pg_catalog.format_type(a.atttypid, -1) AS "bareType",
         en.nspname AS "typeSchema", coalesce(e.typname, t.typname) AS "typeName", coalesce(e.typtype, t.typtype) AS "typeKind",
         CASE WHEN t.typtype ${EQ} 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS "domainOf",
         t.typelem ${NE} 0 AND t.typcategory ${EQ} 'A' AS "isArray",
         CASE WHEN a.attcollation ${NE} t.typcollation THEN l.collname END AS "collation",
         pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS "default", s.description AS comment,
         a.atthasdef AND a.attidentity ${EQ} '' AND EXISTS (
           SELECT FROM pg_catalog.pg_depend u
             JOIN pg_catalog.pg_depend o ON o.classid ${EQ} u.refclassid AND o.objid ${EQ} u.refobjid AND o.deptype ${EQ} 'a'
              AND o.refclassid ${EQ} 'pg_catalog.pg_class'${REGCLASS} AND o.refobjid ${EQ} a.attrelid AND o.refobjsubid ${EQ} a.attnum
            WHERE u.classid ${EQ} 'pg_catalog.pg_attrdef'${REGCLASS} AND u.objid ${EQ} d.oid AND u.refclassid ${EQ} 'pg_catalog.pg_class'${REGCLASS}) AS "ownsSequence"
    FROM relations c
    JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} c.oid AND a.attnum ${GT} 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid ${EQ} a.atttypid
    LEFT JOIN pg_catalog.pg_type e ON e.oid ${EQ} t.typelem AND t.typcategory ${EQ} 'A'
    LEFT JOIN pg_catalog.pg_namespace en ON en.oid ${EQ} coalesce(e.typnamespace, t.typnamespace)
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid ${EQ} c.oid AND d.adnum ${EQ} a.attnum
    LEFT JOIN pg_catalog.pg_collation l ON l.oid ${EQ} a.attcollation
    LEFT JOIN pg_catalog.pg_constraint v ON v.conrelid ${EQ} c.oid AND v.contype ${EQ} 'n' AND v.conkey[1] ${EQ} a.attnum
    ${comment('c.oid', 'a.attnum', 's')}
   WHERE c.relkind ${EQ} ANY ('{r,p,f,m}')
   ORDER BY a.attnum`;

/** Object ids below are the server's own: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_OF_USERS = 16384;

/** A column of a catalog that older servers do not have. */
const newer = (row: string, column: string, missing: string) =>
  `coalesce((pg_catalog.to_json(${row}) ${FIELD} '${column}')::boolean, ${missing})`;

const DEFINITION = 'pg_catalog.pg_get_constraintdef(k.oid)';

/**
 * What the model cannot hold of a constraint: WITHOUT OVERLAPS, PERIOD, NO INHERIT and NOT VALID of NOT NULL, and INCLUDE of an
 * exclusion constraint.
 */
const BEYOND = `CASE WHEN k.contype ${EQ} 'c' THEN false
         WHEN k.contype ${EQ} 'n' THEN k.connoinherit OR NOT k.convalidated
         WHEN k.contype ${EQ} 'x' THEN ${DEFINITION} ${MATCHES} '[)] INCLUDE [(]'
         WHEN k.contype ${EQ} 'f' THEN ${newer('k', 'conperiod', 'false')}
         ELSE k.conexclop IS NOT NULL END`;

/** The columns behind ON DELETE SET NULL, from version 15 on; null where there are none. */
const SET_COLUMNS = `CASE WHEN k.contype ${EQ} 'f' AND k.confdeltype ${EQ} ANY ('{n,d}') THEN (
           SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
            WHERE a.attrelid ${EQ} k.conrelid
              AND a.attnum ${EQ} ANY (pg_catalog.translate(pg_catalog.to_json(k) ${FIELD} 'confdelsetcols', '[]', '{}')::pg_catalog.int2[])) END`;

/**
 * Triggers enforce foreign keys and what is deferrable, on each partition its own; `O` and `A` fire in any session.
 * Found from the few triggers that are disabled, upwards, and once for all constraints.
 */
const TRIGGERS_OFF = `k.oid ${EQ} ANY (ARRAY(
           WITH RECURSIVE off(id) AS (
             SELECT g.tgconstraint FROM pg_catalog.pg_trigger g WHERE g.tgconstraint ${NE} 0 AND g.tgenabled ${EQ} ANY ('{D,R}')
             UNION SELECT p.conparentid FROM off JOIN pg_catalog.pg_constraint p ON p.oid ${EQ} off.id AND p.conparentid ${NE} 0)
           SELECT id FROM off))`;

/** Why a constraint that is valid by its own row lets rows in that it forbids; what is NOT ENFORCED is not. */
const UNENFORCED = `CASE WHEN x.indexrelid IS NOT NULL AND NOT (x.indisvalid AND x.indisready AND x.indislive) THEN 'index'
         WHEN ${TRIGGERS_OFF} THEN 'triggers' END`;

const CONSTRAINTS = `${WITH_RELATIONS}
  SELECT k.conrelid AS "tableId", k.conname AS name, k.contype AS kind, k.condeferrable AS deferrable, k.condeferred AS deferred,
         k.convalidated AS validated, k.convalidated OR ${newer('k', 'conenforced', 'true')} AS enforced,
         k.contype ${EQ} 'c' AND k.connoinherit AS "noInherit", ${SET_COLUMNS} AS "setColumns", k.confdeltype AS "onDelete", k.confupdtype AS "onUpdate", k.confmatchtype AS match,
         CASE WHEN k.contype ${EQ} 'f' THEN f.relname END AS target, CASE WHEN k.contype ${EQ} 'f' THEN fn.nspname END AS "targetSchema",
         ${names('k.conkey', 'k.conrelid')} AS columns, ${names('k.confkey', 'k.confrelid')} AS "references",
         CASE WHEN k.contype ${EQ} 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) WHEN k.contype ${EQ} 'x' THEN ${DEFINITION} END AS expression,
         k.coninhcount ${GT} 0 AS inherited, w.beyond, w.unenforced, CASE WHEN w.beyond OR w.unenforced IS NOT NULL THEN ${DEFINITION} END AS definition
    FROM relations c
    JOIN pg_catalog.pg_constraint k ON k.conrelid ${EQ} c.oid
    LEFT JOIN pg_catalog.pg_class f ON f.oid ${EQ} k.confrelid
    LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid ${EQ} f.relnamespace
    LEFT JOIN pg_catalog.pg_index x ON x.indexrelid ${EQ} k.conindid AND x.indrelid ${EQ} k.conrelid AND k.contype ${EQ} ANY ('{p,u,x}')
    CROSS JOIN LATERAL (SELECT ${BEYOND} AS beyond, ${UNENFORCED} AS unenforced OFFSET 0) w
   WHERE (k.contype ${EQ} ANY ('{p,u,f,c,x}') OR k.contype ${EQ} 'n' AND (k.connoinherit OR NOT k.convalidated)) AND (k.conparentid ${EQ} 0 OR c.relispartition AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_constraint o WHERE o.oid ${EQ} k.conparentid AND o.conrelid ${EQ} k.conrelid))`;

const INDEXES = `${WITH_RELATIONS}
  SELECT x.indrelid AS "tableId", i.relname AS name, x.indisunique AS "unique", x.indisvalid AND x.indisready AND x.indislive AS valid, am.amname AS method,
         CASE WHEN am.oid ${GE} ${FIRST_OF_USERS} THEN pg_catalog.pg_get_indexdef(x.indexrelid) ELSE '' END AS definition,
         i.relispartition AS inherited, k.conname AS "constraint", pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS "where",
         x.indisunique AND ${newer('x', 'indnullsnotdistinct', 'false')} AS "nullsNotDistinct",
         (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                   'column', a.attname,
                   'expression', CASE WHEN u.number ${EQ} 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, u.i::integer, true) END,
                   'option', u.option,
                   'opclass', (SELECT o.opcname FROM pg_catalog.pg_opclass o WHERE o.oid ${EQ} u.class AND NOT o.opcdefault),
                   'collation', CASE WHEN u."collation" ${NE} 0 AND u."collation" ${NE} a.attcollation
                                     THEN (SELECT l.collname FROM pg_catalog.pg_collation l WHERE l.oid ${EQ} u."collation") END,
                   'key', u.i ${LE} x.indnkeyatts) ORDER BY u.i)
            FROM ROWS FROM (pg_catalog.unnest(x.indkey::pg_catalog.int2[]), pg_catalog.unnest(x.indoption::pg_catalog.int2[]),
                            pg_catalog.unnest(x.indclass::pg_catalog.oid[]), pg_catalog.unnest(x.indcollation::pg_catalog.oid[]))
                 WITH ORDINALITY u(number, option, class, "collation", i)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} x.indrelid AND a.attnum ${EQ} u.number AND u.number ${GT} 0) AS keys
    FROM relations c
    JOIN pg_catalog.pg_index x ON x.indrelid ${EQ} c.oid
    JOIN pg_catalog.pg_class i ON i.oid ${EQ} x.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid ${EQ} i.relam
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid ${EQ} x.indexrelid AND k.conrelid ${EQ} x.indrelid AND k.contype ${EQ} ANY ('{p,u,x}')`;

/** Partitions of these names. */
export function partitionQuery(schemas: readonly string[], names: readonly string[]): string {
  const list = (words: readonly string[]) =>
    `(ARRAY[${words.map(postgresLiteral).join(', ')}]::pg_catalog.name[])`;
  return `
  SELECT c.oid, n.nspname AS schema, c.relname AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} c.relnamespace
   WHERE c.relispartition AND c.relkind ${EQ} ANY ('{r,p,f}') AND n.nspname ${EQ} ANY ${list(schemas)} AND c.relname ${EQ} ANY ${list(names)}`;
}

/** From the values on: each table has a type too. */
const enums = (within: string) => `
  SELECT n.nspname AS schema, t.typname AS name, e.values
    FROM (SELECT e.enumtypid, pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) AS values FROM pg_catalog.pg_enum e GROUP BY e.enumtypid OFFSET 0) e
    JOIN pg_catalog.pg_type t ON t.oid ${EQ} e.enumtypid
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} t.typnamespace AND ${within}
   WHERE NOT ${depends('pg_catalog.pg_type', 't.oid', 'e')}`;

/** What is of a table, or of a view, and of no other object. The rule that makes a view a view is for SELECT. */
const ATTACHED = `${WITH_RELATIONS}
  SELECT 'trigger' AS kind, t.tgrelid AS "tableId", t.tgname AS name FROM relations c JOIN pg_catalog.pg_trigger t ON t.tgrelid ${EQ} c.oid WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'rule', r.ev_class, r.rulename FROM relations c JOIN pg_catalog.pg_rewrite r ON r.ev_class ${EQ} c.oid WHERE r.ev_type ${NE} '1'
  UNION ALL
  SELECT 'policy', p.polrelid, p.polname FROM relations c JOIN pg_catalog.pg_policy p ON p.polrelid ${EQ} c.oid
  UNION ALL
  SELECT 'disabled-trigger', t.tgrelid, t.tgname FROM relations c JOIN pg_catalog.pg_trigger t ON t.tgrelid ${EQ} c.oid WHERE NOT t.tgisinternal AND t.tgenabled ${EQ} ANY ('{D,R}')
  UNION ALL
  SELECT 'disabled-rule', r.ev_class, r.rulename FROM relations c JOIN pg_catalog.pg_rewrite r ON r.ev_class ${EQ} c.oid WHERE r.ev_type ${NE} '1' AND r.ev_enabled ${EQ} ANY ('{D,R}')
  UNION ALL
  SELECT 'unenforced-policy', p.polrelid, p.polname FROM relations c JOIN pg_catalog.pg_policy p ON p.polrelid ${EQ} c.oid WHERE NOT c.relrowsecurity
  UNION ALL
  SELECT 'statistics', s.stxrelid, s.stxname FROM relations c JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid ${EQ} c.oid
  UNION ALL
  SELECT 'storage-parameter', c.oid, o.setting FROM relations c CROSS JOIN LATERAL pg_catalog.unnest(c.reloptions) o(setting) WHERE c.relkind ${EQ} ANY ('{r,p,f}')
  UNION ALL
  SELECT 'storage-parameter', c.oid, pg_catalog.concat(x.relname, '.', o.setting)
    FROM relations c JOIN pg_catalog.pg_index i ON i.indrelid ${EQ} c.oid JOIN pg_catalog.pg_class x ON x.oid ${EQ} i.indexrelid CROSS JOIN LATERAL pg_catalog.unnest(x.reloptions) o(setting)
   WHERE c.relkind ${EQ} ANY ('{r,p}')`;

/** Kinds of objects of `pg_default_acl`. */
const ACL_KINDS = `CASE WHEN d.defaclobjtype ${EQ} 'r' THEN 'tables' WHEN d.defaclobjtype ${EQ} 'S' THEN 'sequences'
           WHEN d.defaclobjtype ${EQ} 'f' THEN 'functions' WHEN d.defaclobjtype ${EQ} 'T' THEN 'types'
           WHEN d.defaclobjtype ${EQ} 'n' THEN 'schemas' ELSE 'large objects' END`;

/** What is of no schema. Default privileges have no name: they are of a role, for a kind of objects, in a schema or in all. */
const ofDatabase = (within: string) => `
  SELECT 'event-trigger' AS kind, t.evtname AS name FROM pg_catalog.pg_event_trigger t WHERE NOT ${depends('pg_catalog.pg_event_trigger', 't.oid', 'e')}
  UNION ALL
  SELECT 'publication', p.pubname FROM pg_catalog.pg_publication p WHERE NOT ${depends('pg_catalog.pg_publication', 'p.oid', 'e')}
  UNION ALL
  SELECT 'default-privileges', pg_catalog.concat_ws('.', pg_catalog.pg_get_userbyid(d.defaclrole), n.nspname, ${ACL_KINDS})
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} d.defaclnamespace
   WHERE n.oid IS NULL OR ${within}`;

/**
 * As `replica`, a session runs no trigger that enforces a foreign key. It comes from the database, the role or the
 * server.
 */
const REPLICATION_ROLE = `SELECT pg_catalog.current_setting('session_replication_role') AS "replicationRole"`;

const SEQUENCES = `${WITH_RELATIONS}
  SELECT c.nspname AS schema, c.relname AS name FROM relations c
   WHERE c.relkind ${EQ} 'S' AND NOT ${depends('pg_catalog.pg_class', 'c.oid', 'a,i')}`;
