/** What names of an expression mean in the session that reads it: the schemas in which the server looks for them. */

import { postgresLiteral } from '../../../sql/quote.js';
import { EQ, GT, NE } from '../../../sql/postgres-operators.js';
import { NUMBER_TYPES, TEXT_TYPES } from '../../../sql/postgres-types.js';

/** Kinds of objects that an expression names. */
type NamedKind = 'function' | 'operator' | 'type' | 'collation';

/** A row of the query. */
export interface MeaningRow {
  readonly kind: NamedKind;
  readonly name: string;
  readonly schema: string;
  /** Whether the name alone may mean it. */
  readonly reached: boolean;
  /** Whether it is neither PostgreSQL's own nor an extension's. */
  readonly foreign: boolean;
  /** The types of its arguments, each with its schema. */
  readonly types: readonly string[] | null;
}

/** SQL: whether an object is neither PostgreSQL's own nor an extension's. */
export const isForeign = (
  catalog: string,
  { oid, schema }: { readonly oid: string; readonly schema: string },
): string =>
  `((SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid ${EQ} ${schema}) ${NE} ALL ('{pg_catalog,information_schema}')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid ${EQ} '${catalog}'::pg_catalog.regclass AND e.objid ${EQ} ${oid} AND e.deptype ${EQ} 'e'))`;

/** SQL: whether a function `p` is foreign. */
export const FOREIGN_FUNCTION = isForeign('pg_catalog.pg_proc', { oid: 'p.oid', schema: 'p.pronamespace' });

/** SQL: whether an operator `o` is foreign. */
export const FOREIGN_OPERATOR = isForeign('pg_catalog.pg_operator', {
  oid: 'o.oid',
  schema: 'o.oprnamespace',
});

/** SQL: whether a type `t` is foreign. */
export const FOREIGN_TYPE = isForeign('pg_catalog.pg_type', { oid: 't.oid', schema: 't.typnamespace' });

/**
 * SQL: whether the name alone may mean the function `p`. One with arguments that may be left out or repeated is called
 * with others than those that an earlier schema hides.
 */
export const REACHED_FUNCTION = `(pg_catalog.pg_function_is_visible(p.oid)
     OR (p.provariadic ${NE} 0 OR p.pronargdefaults ${GT} 0)
        AND (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid ${EQ} p.pronamespace) ${EQ} ANY (pg_catalog.current_schemas(true)))`;

/** SQL: the types of an array of their numbers, in order. */
const typesOf = (numbers: string) =>
  `(SELECT pg_catalog.json_agg(pg_catalog.concat(n.nspname, '.', t.typname) ORDER BY u.i) FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY u(type, i)
      JOIN pg_catalog.pg_type t ON t.oid ${EQ} u.type JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} t.typnamespace)`;

/** SQL: all objects of these names, in all schemas. */
export function meaningsOf(names: readonly string[]): string {
  const list = `(ARRAY[${names.map(postgresLiteral).join(', ')}]::pg_catalog.name[])`;
  const inSchema = (schema: string) => `JOIN pg_catalog.pg_namespace s ON s.oid ${EQ} ${schema}`;
  return `
  SELECT 'function' AS kind, p.proname::pg_catalog.text AS name, s.nspname::pg_catalog.text AS schema, ${REACHED_FUNCTION} AS reached,
         ${FOREIGN_FUNCTION} AS "foreign", ${typesOf('p.proargtypes::pg_catalog.oid[]')} AS types
    FROM pg_catalog.pg_proc p ${inSchema('p.pronamespace')} WHERE p.proname ${EQ} ANY ${list}
  UNION ALL
  SELECT 'operator', o.oprname, s.nspname, pg_catalog.pg_operator_is_visible(o.oid), ${FOREIGN_OPERATOR}, ${typesOf('ARRAY[o.oprleft, o.oprright]')}
    FROM pg_catalog.pg_operator o ${inSchema('o.oprnamespace')} WHERE o.oprname ${EQ} ANY ${list}
  UNION ALL
  SELECT 'type', t.typname, s.nspname, pg_catalog.pg_type_is_visible(t.oid), ${FOREIGN_TYPE}, NULL
    FROM pg_catalog.pg_type t ${inSchema('t.typnamespace')} WHERE t.typname ${EQ} ANY ${list}
  UNION ALL
  SELECT 'collation', c.collname, s.nspname, pg_catalog.pg_collation_is_visible(c.oid), false, NULL
    FROM pg_catalog.pg_collation c ${inSchema('c.collnamespace')} WHERE c.collname ${EQ} ANY ${list}`;
}

/** Finds what a name means. */
export interface Meanings {
  /**
   * The name with the schema that it means. Without a schema, it stays so where objects of several schemas share it:
   * the types of the arguments decide then.
   */
  readonly named: (kind: NamedKind, path: readonly string[]) => string;
  /** Whether one type alone has that name. */
  readonly isOneType: (name: string) => boolean;
  /** The types of the arguments of the only function that a call means; undefined where there may be several. */
  readonly argumentsOf: (path: readonly string[], count: number) => readonly string[] | undefined;
  /** Whether a cast of an argument may decide between an object of PostgreSQL and another one. */
  readonly isChosenByCast: (kind: NamedKind, path: readonly string[]) => boolean;
  /**
   * Whether the operator that stands between values of these types, and that has no schema in the text, may be one of
   * several. No types stand for any.
   */
  readonly isOneOfSeveral: (operator: string, types: readonly string[] | null) => boolean;
  /** Whether a name alone may also mean what is not foreign, in small letters. */
  readonly hasNamesake: (name: string) => boolean;
}

/** @param isDomain whether a type, without its schema, is a domain or holds one */
export function meaningsFrom(rows: readonly MeaningRow[], isDomain: (type: string) => boolean): Meanings {
  const byName = new Map<string, MeaningRow[]>();
  for (const row of rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  const meant = (kind: NamedKind, path: readonly string[]) => {
    const [name = '', schema] = path.toReversed();
    const alike = (byName.get(name) ?? []).filter((row) => row.kind === kind);
    return alike.filter((row) => (schema === undefined ? row.reached : row.schema === schema));
  };
  const isMovable = (type: string) => {
    const [schema, name = ''] = type.split('.');
    return schema === 'pg_catalog' ? CAST_FREELY.has(name) || name.startsWith('any') : isDomain(name);
  };
  return {
    named: (kind, path) => {
      const [one, ...others] = new Set(meant(kind, path).map(({ schema }) => schema));
      return one === undefined || others.length > 0 ? path.join('.') : `${one}.${path.at(-1) ?? ''}`;
    },
    isOneType: (name) => {
      const alike = (byName.get(name) ?? []).filter(({ kind }) => kind === 'type');
      return new Set(alike.map(({ schema }) => schema)).size < 2;
    },
    argumentsOf: (path, count) => {
      const [one, ...others] = meant('function', path).filter(({ types }) => (types ?? []).length === count);
      return others.length > 0 ? undefined : (one?.types ?? undefined);
    },
    isChosenByCast: (kind, path) => {
      const rows = meant(kind, path);
      const foreign = rows.filter((row) => row.foreign).map(({ types }) => types ?? []);
      // A type that no cast leads to keeps one operator apart from those of PostgreSQL, and not from another one.
      if (foreign.length > 1) return foreign.some((types) => types.some(isMovable));
      return rows.length > 1 && foreign.some((types) => types.every(isMovable));
    },
    isOneOfSeveral: (operator, types) => {
      const classes = types?.some(isDomain) ? null : (types?.map(classOf) ?? null);
      const fits = (row: MeaningRow) =>
        (row.types ?? []).every(
          (type) => classes?.includes(classOf(type.slice(type.indexOf('.') + 1))) ?? true,
        );
      const rows = (byName.get(operator) ?? []).filter((row) => row.kind === 'operator' && fits(row));
      const foreign = rows.filter((row) => row.foreign);
      const kinds = new Set(foreign.map((row) => String(row.types)));
      return (
        foreign.some(({ reached }) => !reached) ||
        kinds.size < foreign.length ||
        (foreign.length > 0 && rows.length > foreign.length)
      );
    },
    hasNamesake: (name) => rows.some((row) => row.name.toLowerCase() === name && row.reached && !row.foreign),
  };
}

/** Types whose casts the server adds and takes away, by their names in pg_type. */
const CAST_FREELY: ReadonlySet<string> = new Set([...TEXT_TYPES, ...NUMBER_TYPES, 'name', 'record']);

/** Types between which the server casts freely are of one class. */
function classOf(type: string): string {
  if (TEXT_TYPES.has(type) || type === 'name') return 'text';
  return NUMBER_TYPES.has(type) ? 'number' : type;
}
