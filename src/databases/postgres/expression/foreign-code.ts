import type { ColumnModel } from '../../../schema/model.js';
import { sourceOf, tokenise, type Token } from '../../../sql/tokens.js';
import { stretchesOf, withQuoted } from '../../../sql/text.js';
import { EQ, NE } from '../../../sql/postgres-operators.js';
import { callsIn } from './calls.js';
import { FOREIGN_FUNCTION, FOREIGN_OPERATOR, FOREIGN_TYPE, REACHED_FUNCTION } from './meanings.js';

/**
 * Code in a database that is neither PostgreSQL's own nor an extension's. To plan an expression is to run what is
 * declared immutable in it, with the rights of the session that asks; an expression that mentions such code is never
 * planned.
 */
export interface ForeignCode {
  /** In lower case. */
  readonly functions: ForeignNames;
  readonly operators: ForeignNames;
  /** Types whose values are made by such code: domains, ranges, what holds one, and both types of a cast. */
  readonly types: ReadonlySet<string>;
  /**
   * By the name of a column's type, the type that a constant beside the column is read as, where reading it may run
   * such code: an array of a domain, for example. A constant beside a plain domain is read as the type under it.
   */
  readonly constants: ReadonlyMap<string, string>;
  /** Plain domains: only a constructor of an array or a row reads a constant as one. */
  readonly domains: ReadonlySet<string>;
}

/** Names of foreign objects: `reached` are those that a name without a schema may mean. */
interface ForeignNames {
  readonly all: ReadonlySet<string>;
  readonly reached: ReadonlySet<string>;
}

/** A row of the query. */
export interface ForeignRow {
  readonly kind: 'function' | 'operator' | 'type' | 'constant' | 'domain';
  readonly name: string;
  /** The type that constants are read as. */
  readonly type: string | null;
  /** Whether a name without a schema may mean it. */
  readonly reached: boolean | null;
}

/** Types of a cast by such a function. */
const CAST_TYPES = `SELECT t.* FROM pg_catalog.pg_cast k JOIN pg_catalog.pg_proc p ON p.oid ${EQ} k.castfunc
    JOIN pg_catalog.pg_type t ON t.oid ${EQ} k.castsource OR t.oid ${EQ} k.casttarget WHERE ${FOREIGN_FUNCTION}`;

/** Each type that holds values of another one: an array, a domain, a range, a multirange, a row. */
const HOLDERS = `
    SELECT a.oid AS type, a.typelem AS held FROM pg_catalog.pg_type a WHERE a.typcategory ${EQ} 'A' AND a.typtype ${EQ} 'b'
    UNION ALL SELECT d.oid, d.typbasetype FROM pg_catalog.pg_type d WHERE d.typtype ${EQ} 'd'
    UNION ALL SELECT r.rngtypid, r.rngsubtype FROM pg_catalog.pg_range r
    UNION ALL SELECT r.rngmultitypid, r.rngtypid FROM pg_catalog.pg_range r
    UNION ALL SELECT c.reltype, f.atttypid FROM pg_catalog.pg_attribute f JOIN pg_catalog.pg_class c ON c.oid ${EQ} f.attrelid
     WHERE c.reltype ${NE} 0 AND f.attnum OPERATOR(pg_catalog.>) 0 AND NOT f.attisdropped`;

/** Reads it, in one statement. */
export const FOREIGN_CODE = `
  WITH RECURSIVE holder AS (${HOLDERS}),
  made AS (
    SELECT t.oid FROM pg_catalog.pg_type t WHERE ${FOREIGN_TYPE}
       AND (t.typtype ${EQ} ANY ('{d,r}') OR t.typtype ${EQ} 'b' AND t.typcategory ${NE} 'A')
    UNION SELECT k.oid FROM (${CAST_TYPES}) k WHERE k.typnamespace ${NE} 'pg_catalog'::pg_catalog.regnamespace
    UNION SELECT h.type FROM made m JOIN holder h ON h.held ${EQ} m.oid),
  under AS (
    SELECT t.oid, t.typbasetype AS base FROM pg_catalog.pg_type t JOIN made m ON m.oid ${EQ} t.oid WHERE t.typtype ${EQ} 'd'
    UNION ALL SELECT u.oid, t.typbasetype FROM under u JOIN pg_catalog.pg_type t ON t.oid ${EQ} u.base WHERE t.typtype ${EQ} 'd'),
  based AS (
    SELECT m.oid, coalesce(u.base, m.oid) AS base FROM made m
      LEFT JOIN (SELECT u.* FROM under u JOIN pg_catalog.pg_type t ON t.oid ${EQ} u.base WHERE t.typtype ${NE} 'd') u ON u.oid ${EQ} m.oid)
  SELECT 'function' AS kind, p.proname::pg_catalog.text AS name, NULL AS type, ${REACHED_FUNCTION} AS reached
    FROM pg_catalog.pg_proc p WHERE ${FOREIGN_FUNCTION}
  UNION ALL
  SELECT 'operator', o.oprname, NULL, pg_catalog.pg_operator_is_visible(o.oid) FROM pg_catalog.pg_operator o WHERE ${FOREIGN_OPERATOR}
  UNION ALL
  SELECT 'type', k.typname, NULL, NULL FROM (${CAST_TYPES}) k
  UNION ALL
  SELECT 'type', t.typname, NULL, NULL FROM pg_catalog.pg_type t JOIN made m ON m.oid ${EQ} t.oid
  UNION ALL
  SELECT CASE WHEN b.base ${EQ} ANY (SELECT m.oid FROM made m) THEN 'constant' ELSE 'domain' END,
         pg_catalog.format_type(b.oid, NULL), pg_catalog.format_type(b.base, NULL), NULL FROM based b`;

/** What the rows say together. */
export function foreignCodeOf(rows: readonly ForeignRow[]): ForeignCode {
  const named = (kind: ForeignRow['kind']) => rows.filter((row) => row.kind === kind);
  const namesOf = (kind: ForeignRow['kind']): ForeignNames => {
    const lower = named(kind).map(({ name, reached }) => ({ name: name.toLowerCase(), reached }));
    return {
      all: new Set(lower.map(({ name }) => name)),
      reached: new Set(lower.filter(({ reached }) => reached === true).map(({ name }) => name)),
    };
  };
  return {
    functions: namesOf('function'),
    operators: namesOf('operator'),
    types: new Set(named('type').map(({ name }) => name)),
    constants: new Map(named('constant').map(({ name, type }) => [typeName(name), typeName(type ?? name)])),
    domains: new Set(named('domain').map(({ name }) => typeName(name))),
  };
}

/** The name of a type without its schema, its quotes and its length; `[]` behind an array of any dimensions. */
export function typeName(type: string): string {
  const [, path = '', array = ''] = /^(?:enum )?(.*?)(?:\([\d, ]*\))?((?:\[\])*)$/.exec(type) ?? [];
  const name = path.slice(path.lastIndexOf('.') + 1).replaceAll('"', '');
  return array === '' ? name : `${name}[]`;
}

/**
 * Words that stand for operators, one by one as the server writes them out:
 * https://www.postgresql.org/docs/current/functions-comparisons.html
 */
const OPERATOR_WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<!\bnot\s+)\bin\b|\b(?:case|nullif|distinct)\b/i, ['=']],
  [/\bnot\s+in\b/i, ['<>']],
  [/(?<!\bnot\s+)\bbetween\b/i, ['>=', '<=']],
  [/\bnot\s+between\b/i, ['<', '>']],
  [/(?<!\bnot\s+)\blike\b/i, ['~~']],
  [/\bnot\s+like\b/i, ['!~~']],
  [/(?<!\bnot\s+)\bilike\b/i, ['~~*']],
  [/\bnot\s+ilike\b/i, ['!~~*']],
  [/(?<!\bnot\s+)\bsimilar\b/i, ['~']],
  [/\bnot\s+similar\b/i, ['!~']],
];

/** Behind these, the server shows no operator of another schema: see hidden-operators.ts. */
const HIDING_WORDS = /\b(?:case|nullif|distinct)\b/i;

/**
 * A function, operator or type of foreign code that an expression may use; undefined where it uses none. By names
 * alone, so that it is rather one too many than one too few: one that an object of an earlier schema hides counts only
 * where the expression may name a schema.
 *
 * @param type what the expression is cast to
 * @param columns those that it may name: a table, whose rows are of a type, may have the name of one
 */
export function foreignNameIn(
  { functions, operators, types }: ForeignCode,
  { sql, type }: { readonly sql: string; readonly type: string | null },
  columns: readonly TypedColumn[],
): string | undefined {
  if (functions.all.size + operators.all.size + types.size === 0) return undefined;
  const bare = withoutTexts(sql);
  const called = bare.includes('.') ? functions.all : functions.reached;
  const used = /\boperator\b/i.test(bare) ? operators.all : operators.reached;
  const known = new Set([...types].map((name) => name.toLowerCase()));
  return (
    [...callsIn(sql), ...fieldsIn(sql)].find((name) => called.has(name)) ??
    operatorsIn(sql).find((name) => used.has(name)) ??
    (HIDING_WORDS.test(withoutTexts(sql, ' ')) && operators.all.has('=') ? '=' : undefined) ??
    wordsIn(`${withoutColumns(sql, columns)} ${type ?? ''}`).find((name) => known.has(name.toLowerCase()))
  );
}

/** Without the names of columns that stand where no type does. */
function withoutColumns(sql: string, columns: readonly TypedColumn[]): string {
  const names = new Set(columns.map(({ name }) => name));
  const tokens = tokenise(sql, 'postgres');
  const isColumn = ({ kind, text }: Token, index: number) =>
    (kind === 'name' ? names.has(text) : kind === 'word' && names.has(text.toLowerCase())) &&
    !mayBeType(tokens[index - 1], tokens[index + 1]);
  return tokens.flatMap((token, index) => (isColumn(token, index) ? [] : sourceOf(sql, [token]))).join(' ');
}

/** Whether a name between them may be that of a type. */
function mayBeType(before: Token | undefined, after: Token | undefined): boolean {
  return (
    ['::', '.', 'AS', 'RETURNING'].includes(before?.keyword ?? '') ||
    ['(', '[', '.'].includes(after?.keyword ?? '') ||
    after?.kind === 'literal'
  );
}

/** The names in an expression of what it may use: functions, operators, types and collations. */
export function namesIn(sql: string): readonly string[] {
  const words = wordsIn(sql);
  return [...words, ...words.map((word) => word.toLowerCase()), ...operatorsIn(sql)];
}

/** A column, with its type as the model has it. */
type TypedColumn = Pick<ColumnModel, 'name' | 'type'>;

/** The columns that an expression names and beside which a constant is read as a type of foreign code. */
export function foreignColumnsIn(
  { constants, domains }: ForeignCode,
  sql: string,
  columns: readonly TypedColumn[],
): readonly TypedColumn[] {
  if (constants.size + domains.size === 0) return [];
  const words = new Set(wordsIn(sql).map((word) => word.toLowerCase()));
  const constructs = CONSTRUCTORS.test(withoutTexts(sql));
  return columns.filter(({ name, type }) => {
    const key = typeName(type);
    const isForeign = constants.has(key) || (constructs && domains.has(key));
    return isForeign && words.has(plainName(name).toLowerCase());
  });
}

/** What makes an array or a row of the types of its parts. */
const CONSTRUCTORS = /\[|\brow\s*\(|\barray|\bwidth_bucket\b/i;

/** Whether an expression has a text in it, which may be a constant without a type. */
export function hasText(sql: string): boolean {
  return stretchesOf(sql, 'postgres').some(({ text, kind }) => kind === 'quoted' && !text.startsWith('"'));
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
    piece.startsWith('"') ? (name ?? ` ${plainName(piece.slice(1, -1))} `) : ' ',
  );
}

/** Only its letters. */
function plainName(name: string): string {
  return name.replace(/[^\w$\u0080-\uffff]/g, '_');
}
