import type { DataSource } from 'typeorm';
import type { AlterChange, Change } from '../../../schema/change.js';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import type { ConversionAsked } from './conversions.js';
import { settingOf, suggestedExpression, type SettingRoute } from './setting-words.js';
import type { PostgresNames } from './sql.js';
import { readsZone } from './type-cost.js';

/** A change of type whose values depend on a setting of the session that converts them. */
interface SettingConversion extends ConversionAsked {
  /** `DateStyle`, for example; null where the catalog only shows that there is one. */
  readonly setting: string | null;
  readonly route: SettingRoute['route'];
  /** An expression that depends on no setting, or that states the intended result. */
  readonly expression: string;
}

/**
 * Asks the catalog of a scratch database which changes of types depend on a setting: those whose cast, or whose
 * functions for reading and writing a text, are not immutable.
 */
export async function settingConversions(
  dataSource: DataSource,
  changes: readonly Change[],
  names: PostgresNames,
): Promise<readonly SettingConversion[]> {
  const found: SettingConversion[] = [];
  for (const { table, object: column, live, desired } of changes.filter(isConverted))
    for (const direction of ['up', 'down'] as const) {
      const [from, to] = direction === 'up' ? [live.type, desired.type] : [desired.type, live.type];
      const asked = { table, column, from, to, direction };
      const [route] = (await routesOf(dataSource, asked, names)).filter((one) => !isOfZone(one, asked));
      if (route) found.push({ ...asked, ...answerOf(route, names.type(to)) });
    }
  return found;
}

function isConverted(change: Change): change is AlterChange<'column'> {
  const isRetyped = change.kind === 'alter-column' && change.aspects.includes('type');
  return isRetyped && change.live.generated === null && change.desired.generated === null;
}

/** What --time-zone settles. */
function isOfZone({ route }: SettingRoute, { from, to }: ConversionAsked): boolean {
  return route === 'cast' && readsZone(from, to);
}

function answerOf(route: SettingRoute, to: string): Omit<SettingConversion, keyof ConversionAsked> {
  return { setting: settingOf(route), route: route.route, expression: suggestedExpression(route, to) };
}

/** An enumerated value is converted by way of its text. */
function asText(type: string, names: PostgresNames): string {
  return type.startsWith('enum ') ? `text${type.endsWith('[]') ? '[]' : ''}` : names.type(type);
}

async function routesOf(
  dataSource: DataSource,
  { column, from, to }: ConversionAsked,
  names: PostgresNames,
): Promise<readonly SettingRoute[]> {
  const given = [asText(from, names), asText(to, names), column];
  const routes = await dataSource.query<readonly SettingRoute[]>(ROUTES, given);
  const isEnum = from.startsWith('enum ');
  return routes.map((route) => (isEnum ? { ...route, column: `${route.column}::text` } : route));
}

/**
 * The way of one type to another as PostgreSQL finds it: below domains, element by element between arrays, by a cast of
 * the catalog, else by way of the text. A list, a range or a domain reads and writes the type inside it. Two functions
 * are marked immutable although they are not.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/parse_coerce.c (find_coercion_pathway)
 */
const ROUTES = `
WITH RECURSIVE pair AS (
  SELECT pg_catalog.to_regtype($1)::pg_catalog.oid AS source, pg_catalog.to_regtype($2)::pg_catalog.oid AS target, false AS listed
  UNION ALL
  SELECT CASE WHEN s.typtype ${EQ} 'd' THEN s.typbasetype WHEN t.typtype ${EQ} 'd' THEN p.source ELSE s.typelem END,
         CASE WHEN t.typtype ${EQ} 'd' THEN t.typbasetype WHEN s.typtype ${EQ} 'd' THEN p.target ELSE t.typelem END,
         p.listed OR NOT (s.typtype ${EQ} 'd' OR t.typtype ${EQ} 'd')
  FROM pair p JOIN pg_catalog.pg_type s ON s.oid ${EQ} p.source JOIN pg_catalog.pg_type t ON t.oid ${EQ} p.target
  WHERE s.typtype ${EQ} 'd' OR t.typtype ${EQ} 'd' OR (s.typcategory ${EQ} 'A' AND t.typcategory ${EQ} 'A')
), way AS (
  SELECT s.oid AS source, t.oid AS target, s.typname AS "from", t.typname AS "to", c.castmethod AS method, c.castfunc AS caster,
         c.castmethod ${EQ} 'i' OR (c.oid IS NULL AND (s.typcategory ${EQ} 'S' OR t.typcategory ${EQ} 'S')) AS "byText",
         NOT (p.listed OR s.typcategory ${EQ} ANY ('{A,R}') OR t.typcategory ${EQ} ANY ('{A,R}')) AS plain
  FROM pair p JOIN pg_catalog.pg_type s ON s.oid ${EQ} p.source JOIN pg_catalog.pg_type t ON t.oid ${EQ} p.target
  LEFT JOIN pg_catalog.pg_cast c ON c.castsource ${EQ} s.oid AND c.casttarget ${EQ} t.oid
  WHERE s.oid ${NE} t.oid AND s.typtype ${NE} 'd' AND t.typtype ${NE} 'd'
    AND NOT (s.typcategory ${EQ} 'A' AND t.typcategory ${EQ} 'A')
), part AS (
  (SELECT 'write' AS route, source AS type FROM way WHERE "byText"
   UNION ALL SELECT 'read', target FROM way WHERE "byText")
  UNION
  SELECT p.route, CASE WHEN t.typtype ${EQ} 'd' THEN t.typbasetype WHEN t.typcategory ${EQ} 'A' THEN t.typelem ELSE r.rngsubtype END
  FROM part p JOIN pg_catalog.pg_type t ON t.oid ${EQ} p.type
  LEFT JOIN pg_catalog.pg_range r ON r.rngtypid ${EQ} t.oid OR r.rngmultitypid ${EQ} t.oid
  WHERE t.typtype ${EQ} ANY ('{d,r,m}') OR t.typcategory ${EQ} 'A'
), unsteady AS (
  SELECT p.route, t.typname AS type FROM part p JOIN pg_catalog.pg_type t ON t.oid ${EQ} p.type
  JOIN pg_catalog.pg_proc f ON f.oid ${EQ} CASE p.route WHEN 'write' THEN t.typoutput ELSE t.typinput END
  WHERE t.typtype ${EQ} ANY ('{b,c}') AND t.typcategory ${NE} 'A'
    AND (f.provolatile ${NE} 'i' OR f.proname ${EQ} 'byteaout')
  UNION ALL
  SELECT 'cast', CASE WHEN w."to" ${EQ} ANY ('{numeric,int4,int8,text,varchar,bpchar}') THEN w."from" ELSE w."to" END
  FROM way w JOIN pg_catalog.pg_proc f ON f.oid ${EQ} w.caster
  WHERE w.method ${EQ} 'f' AND f.provolatile ${NE} 'i'
)
SELECT u.route, u.type, w."from", w."to", w.plain, pg_catalog.quote_ident($3) AS "column"
FROM unsteady u CROSS JOIN way w ORDER BY u.route, u.type`;
