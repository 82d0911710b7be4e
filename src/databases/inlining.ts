import type { SqlLanguage } from '../sql/lexer.js';
import { valueLiteral } from '../sql/quote.js';
import { stretchesOf } from '../sql/text.js';

/** A revision wants to know something of the database, or sends what no script can hold. */
export class NotOffline extends Error {}

/** How a driver names parameters and writes their values. */
interface ParameterSyntax {
  readonly language: SqlLanguage;
  /** A stretch of SQL with the values in place of the parameters; without a number it is the next one. */
  readonly replace: (text: string, write: (number: string | undefined) => string) => string;
  readonly write: (value: unknown) => string;
}

/**
 * A statement with its parameters written into it.
 *
 * @throws NotOffline for a value, or a way to name one, that cannot be written as text
 */
export function inlinedBy(syntax: ParameterSyntax, sql: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return sql;
  let next = 0;
  const write = (number: string | undefined) => {
    next = number === undefined ? next + 1 : Number(number);
    return syntax.write(parameters[next - 1]);
  };
  return stretchesOf(sql, syntax.language)
    .map(({ text, kind }) => (kind === 'plain' ? syntax.replace(text, write) : text))
    .join('');
}

/** A text or NULL. @throws NotOffline for anything else */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return valueLiteral(value);
  const kind = value instanceof Date ? 'Date' : typeof value;
  throw new NotOffline(`it has a parameter that cannot be written as text (${kind})`);
}
