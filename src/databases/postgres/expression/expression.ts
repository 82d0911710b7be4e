/** PostgreSQL's expressions: the server prints each in its canonical form, and the parser reads it. */

import type { ColumnModel } from '../../../schema/model.js';
import { plainWords, stretchesOf, withQuoted, type Stretch } from '../../../sql/text.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** An expression of a table that PostgreSQL is to spell. */
export interface PostgresExpression {
  readonly sql: string;
  /** The type that it is assigned to: a default's or a computed column's; null for a condition. */
  readonly type: string | null;
}

/** Expressions of one table. */
export interface PostgresExpressions {
  readonly table: string;
  /** The columns that they may mention, of both sides. */
  readonly columns: readonly Pick<ColumnModel, 'name' | 'type'>[];
  readonly expressions: readonly PostgresExpression[];
}

/**
 * Lets the server spell expressions without creating anything: EXPLAIN (VERBOSE) shows the target list of a query over
 * a record set with the columns of the table. It needs no right on the table and works on a standby.
 *
 * @param defaultSchema where enumerated types are that are named without a schema
 */
export function explainStatement(
  { table, columns, expressions }: PostgresExpressions,
  defaultSchema: string,
): string {
  const targets = expressions.map(({ sql, type }) =>
    type === null ? `(${sql}\n)` : `CAST((${sql}\n) AS ${valueType(type, defaultSchema)})`,
  );
  const texts = expressions.map(({ sql }) => sql.toLowerCase());
  // A column that nothing mentions may be of a type that the database does not have yet.
  const mentioned = columns.filter(({ name }) =>
    texts.some((text) => text.includes(quoteIdentifier(name).slice(1, -1).toLowerCase())),
  );
  const record =
    mentioned.length === 0
      ? '"?" integer'
      : mentioned
          .map(({ name, type }) => `${quoteIdentifier(name)} ${castType(type, defaultSchema)}`)
          .join(', ');
  const alias = quoteIdentifier(table.slice(table.lastIndexOf('.') + 1));
  return `EXPLAIN (VERBOSE, FORMAT JSON) SELECT ${targets.join(', ')} FROM pg_catalog.json_to_recordset('[]') AS ${alias}(${record})`;
}

/**
 * Whether the text stays inside the parentheses that it is put between: whatever an entity says, nothing but one
 * expression reaches the server.
 */
export function isOneExpression(sql: string): boolean {
  const bare = plainWords(sql, 'postgres');
  if (/['";]/.test(bare) || !stretchesOf(sql, 'postgres').every(isPlainComment)) return false;
  let depth = 0;
  for (const [parenthesis] of bare.matchAll(/[()]/g)) {
    depth += parenthesis === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** A comment that is not closed, or holds another one, is not taken: not every server counts where it ends. */
function isPlainComment({ text, kind }: Stretch): boolean {
  return (
    kind !== 'comment' ||
    !text.startsWith('/*') ||
    (text.indexOf('*/') === text.length - 2 && !text.includes('/*', 2))
  );
}

/** The target list of such a plan, one text an expression. */
export function outputOf(plan: unknown): readonly string[] {
  const [root] = plan as readonly { readonly Plan: { readonly Output: readonly string[] } }[];
  return (root?.Plan.Output ?? []).map(withoutSynonyms);
}

/** What an `enum name` of the model is called in SQL. */
function castType(type: string, defaultSchema: string): string {
  if (!type.startsWith('enum ')) return type;
  const path = type.slice('enum '.length);
  return typePath(path.includes('.') ? path : `${defaultSchema}.${path}`);
}

/** Without a length: a cast would cut a text to it, and make two texts equal that are not. */
function valueType(type: string, defaultSchema: string): string {
  const [, name = '', , dimensions = ''] =
    /^(character varying|character|bit varying|bit)(\(\d+\))?((?:\[\])*)$/.exec(type) ?? [];
  if (name === '') return castType(type, defaultSchema);
  return `${UNLIMITED[name] ?? name}${dimensions}`;
}

/** `character` and `bit` without a length have the length one, these have none. */
const UNLIMITED: Readonly<Record<string, string>> = { character: 'bpchar', bit: 'pg_catalog."bit"' };

/** What PostgreSQL keeps apart although it means the same; `\0`, a number and `\0` stand for a quoted text or name. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  // TypeORM writes ('now'::text)::date where an entity says CURRENT_DATE.
  [/\0now\0::cstring/g, 'now()'],
  [/\btransaction_timestamp\(\)/g, 'now()'],
  [/\bCURRENT_TIMESTAMP\b(?!\()/g, 'now()'],
  [/\bCURRENT_TIMESTAMP(\(\d\))/g, '(now())::timestamp$1 with time zone'],
  [/\bLOCALTIMESTAMP\b(\(\d\))?/g, '(now())::timestamp$1 without time zone'],
  [/\bCURRENT_DATE\b/g, '(now())::date'],
  [/\bCURRENT_TIME\b(\(\d\))?/g, '(now())::time$1 with time zone'],
  [/\bLOCALTIME\b(\(\d\))?/g, '(now())::time$1 without time zone'],
  [
    /\(\(now\(\)\)::(time|timestamp) (with|without) time zone\)::\1(\(\d\)) \2 time zone/g,
    '(now())::$1$3 $2 time zone',
  ],
  [/\(([\w.\0]+(?:\(\))?) AT TIME ZONE (\0\d+\0::text)\)/g, 'timezone($2, $1)'],
];

/** One word for each synonym. What is quoted is taken out before and put back after, for it is no word of SQL. */
export function withoutSynonyms(text: string): string {
  const quoted: string[] = [];
  const bare = withQuoted(text, 'postgres', (piece) =>
    piece === "'now'" ? '\0now\0' : `\0${String(quoted.push(piece) - 1)}\0`,
  );
  const canonical = SYNONYMS.reduce((result, [pattern, word]) => result.replace(pattern, word), bare);
  return canonical.replace(/\0(\w+)\0/g, (_, key) => (key === 'now' ? "'now'" : (quoted[Number(key)] ?? '')));
}

function typePath(path: string): string {
  const dimensions = /(\[\])*$/.exec(path)?.[0] ?? '';
  const names = path.slice(0, path.length - dimensions.length).split('.');
  return `${names.map(quoteIdentifier).join('.')}${dimensions}`;
}
