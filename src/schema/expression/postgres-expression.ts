import type { ColumnModel } from '../model.js';
import { tokenise, written } from './tokens.js';

/** An expression of a table that PostgreSQL is to spell. */
export interface PostgresExpression {
  readonly sql: string;
  /** The type that it is assigned to: a default's or a computed column's; null for a condition. */
  readonly type: string | null;
}

/**
 * Lets the server spell expressions without creating anything: EXPLAIN (VERBOSE) shows the target list of a query over
 * a record set with the columns of the table. It needs no right on the table and works on a standby.
 *
 * @param columns the columns that the expressions may mention, of both sides
 */
export function explainStatement(
  columns: readonly ColumnModel[],
  expressions: readonly PostgresExpression[],
): string {
  const targets = expressions.map(({ sql, type }) =>
    type === null ? `(${sql})` : `CAST((${sql}) AS ${castType(type)})`,
  );
  const record =
    columns.length === 0
      ? '"?" integer'
      : columns.map(({ name, type }) => `${quote(name)} ${castType(type)}`).join(', ');
  return `EXPLAIN (VERBOSE, FORMAT JSON) SELECT ${targets.join(', ')} FROM pg_catalog.json_to_recordset('[]') AS t(${record})`;
}

/** The target list of such a plan, one text an expression. */
export function outputOf(plan: unknown): readonly string[] {
  const [root] = plan as readonly { readonly Plan: { readonly Output: readonly string[] } }[];
  return (root?.Plan.Output ?? []).map(withoutSynonyms);
}

/** What an `enum name` of the model is called in SQL. */
export function castType(type: string): string {
  return type.startsWith('enum ') ? quotePath(type.slice('enum '.length)) : type;
}

/** The same text but for white space and quotes: all that can be compared without the server. */
export function plainTokens(sql: string): string {
  return tokenise(sql).map(written).join(' ');
}

/** What PostgreSQL keeps apart although it means the same. */
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/\bCURRENT_TIMESTAMP\b(?!\()|\btransaction_timestamp\(\)/g, 'now()'],
  [/\bLOCALTIMESTAMP\b(?!\()/g, '(now())::timestamp without time zone'],
  [/\bCURRENT_DATE\b/g, '(now())::date'],
  [/\((now\(\)) AT TIME ZONE ('[^']*'::text)\)/g, 'timezone($2, $1)'],
];

function withoutSynonyms(text: string): string {
  return SYNONYMS.reduce((spelled, [pattern, word]) => spelled.replace(pattern, word), text);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotePath(path: string): string {
  const dimensions = /(\[\])*$/.exec(path)?.[0] ?? '';
  const names = path.slice(0, path.length - dimensions.length).split('.');
  return `${names.map(quote).join('.')}${dimensions}`;
}
