import { withQuoted } from '../../../sql/text.js';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import { callsIn } from './calls.js';

/**
 * Code in a database that is neither PostgreSQL's own nor an extension's. To plan an expression is to run what is
 * declared immutable in it, with the rights of the session that asks; an expression that mentions such code is never
 * planned.
 */
export interface ForeignCode {
  /** By name in lower case, the types of the arguments of each function of that name. */
  readonly functions: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly operators: ReadonlySet<string>;
  /** Types whose values are made by such code: domains, what holds one, and both types of a cast. */
  readonly types: ReadonlySet<string>;
}

/** A row of the query. */
export interface ForeignRow {
  readonly kind: 'function' | 'operator' | 'type';
  readonly name: string;
  readonly types: readonly string[] | null;
}

const isForeign = (catalog: string, { oid, schema }: { readonly oid: string; readonly schema: string }) =>
  `(SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid ${EQ} ${schema}) ${NE} ALL ('{pg_catalog,information_schema}')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid ${EQ} '${catalog}'::pg_catalog.regclass AND e.objid ${EQ} ${oid} AND e.deptype ${EQ} 'e')`;

const FOREIGN_FUNCTION = isForeign('pg_catalog.pg_proc', { oid: 'p.oid', schema: 'p.pronamespace' });

/** Reads it, in one statement. */
export const FOREIGN_CODE = `
  SELECT 'function' AS kind, p.proname AS name,
         (SELECT pg_catalog.json_agg(t.typname ORDER BY u.i) FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY u(type, i)
            JOIN pg_catalog.pg_type t ON t.oid ${EQ} u.type) AS types
    FROM pg_catalog.pg_proc p WHERE ${FOREIGN_FUNCTION}
  UNION ALL
  SELECT 'operator', o.oprname, NULL FROM pg_catalog.pg_operator o
   WHERE ${isForeign('pg_catalog.pg_operator', { oid: 'o.oid', schema: 'o.oprnamespace' })}
  UNION ALL
  SELECT 'type', t.typname, NULL FROM pg_catalog.pg_cast k JOIN pg_catalog.pg_proc p ON p.oid ${EQ} k.castfunc
    JOIN pg_catalog.pg_type t ON t.oid ${EQ} k.castsource OR t.oid ${EQ} k.casttarget WHERE ${FOREIGN_FUNCTION}
  UNION ALL
  SELECT 'type', t.typname, NULL FROM pg_catalog.pg_type t
   WHERE t.typtype ${EQ} 'd' AND ${isForeign('pg_catalog.pg_type', { oid: 't.oid', schema: 't.typnamespace' })}
  UNION ALL
  SELECT 'type', t.typname, NULL FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} t.typrelid
    JOIN pg_catalog.pg_type d ON d.oid ${EQ} a.atttypid AND d.typtype ${EQ} 'd'
   WHERE t.typtype ${EQ} 'c' AND ${isForeign('pg_catalog.pg_type', { oid: 't.oid', schema: 't.typnamespace' })}
  UNION ALL
  SELECT 'type', t.typname, NULL FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid ${EQ} r.rngtypid
    JOIN pg_catalog.pg_type d ON d.oid ${EQ} r.rngsubtype AND d.typtype ${EQ} 'd'`;

/** What the rows say together. */
export function foreignCodeOf(rows: readonly ForeignRow[]): ForeignCode {
  const named = (kind: ForeignRow['kind']) => rows.filter((row) => row.kind === kind);
  const functions = new Map<string, (readonly string[])[]>();
  for (const { name, types } of named('function')) {
    const key = name.toLowerCase();
    functions.set(key, [...(functions.get(key) ?? []), types ?? []]);
  }
  return {
    functions,
    operators: new Set(named('operator').map(({ name }) => name)),
    types: new Set(named('type').map(({ name }) => name)),
  };
}

/** Words that stand for operators: https://www.postgresql.org/docs/current/functions-comparisons.html */
const OPERATOR_WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\b(?:in|case|nullif|distinct)\b/i, ['=', '<>']],
  [/\bbetween\b/i, ['>=', '<=', '<', '>']],
  [/\blike\b/i, ['~~', '!~~']],
  [/\bilike\b/i, ['~~*', '!~~*']],
  [/\bsimilar\b/i, ['~', '!~']],
];

/**
 * A function, operator or type of foreign code that an expression may use; undefined where it uses none. By names
 * alone, so that it is rather one too many than one too few.
 *
 * @param type what the expression is cast to
 */
export function foreignNameIn(
  { functions, operators, types }: ForeignCode,
  sql: string,
  type: string | null,
): string | undefined {
  if (functions.size + operators.size + types.size === 0) return undefined;
  const called = [...callsIn(sql), ...fieldsIn(sql)].find((name) => functions.has(name));
  if (called !== undefined) return called;
  const known = new Set([...types].map((name) => name.toLowerCase()));
  return (
    operatorsIn(sql).find((name) => operators.has(name)) ??
    wordsIn(`${sql} ${type ?? ''}`).find((name) => known.has(name.toLowerCase()))
  );
}

/** `(value).name` may be a call of `name`. */
function fieldsIn(sql: string): readonly string[] {
  return [...withoutTexts(sql).matchAll(/\.\s*([\w$\u0080-\uffff]+)/g)].map(([, name = '']) =>
    name.toLowerCase(),
  );
}

function operatorsIn(sql: string): readonly string[] {
  const text = withoutTexts(sql, ' ');
  const written = (text.match(/[+\-*/<>=~!@#%^&|`?]+/g) ?? []).flatMap((run) => [
    run,
    run.replace(/[+-]+$/, ''),
  ]);
  const canonical = OPERATOR_WORDS.flatMap(([word, names]) => (word.test(text) ? names : []));
  return [...written, ...canonical, ...(written.includes('!=') ? ['<>'] : [])];
}

function wordsIn(sql: string): readonly string[] {
  return withoutTexts(sql).match(/[\w$\u0080-\uffff]+/g) ?? [];
}

/** Without texts and comments; of a quoted name only its letters. */
function withoutTexts(sql: string, name?: string): string {
  return withQuoted(sql, 'postgres', (piece) =>
    piece.startsWith('"') ? (name ?? ` ${piece.slice(1, -1).replace(/[^\w$\u0080-\uffff]/g, '_')} `) : ' ',
  );
}
