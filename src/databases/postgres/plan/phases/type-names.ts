/** An expression under the other name of an enumerated type, whose name follows that of its column. */

import type { IndexModel } from '../../../../schema/model.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import { tokenise, type Token } from '../../../../sql/tokens.js';

/** The other names by those in the expressions. */
export type TypeNames = ReadonlyMap<string, string>;

/** An index whose expressions name the types otherwise. */
export function indexWithTypes(index: IndexModel, names: TypeNames): IndexModel {
  const { keys, where } = index;
  return {
    ...index,
    keys: keys.map((key) => ({
      ...key,
      expression: key.expression === null ? null : withTypes(key.expression, names),
    })),
    where: where && { ...where, sql: withTypes(where.sql, names) },
  };
}

/** Other names of columns and of enumerated types, by those in an expression. */
interface OtherNames {
  readonly columns: ReadonlyMap<string, string>;
  readonly types: TypeNames;
}

/** An expression over columns of one table under other names. */
export function expressionWith(sql: string, { columns, types }: OtherNames): string {
  const tokens = tokenise(sql, 'postgres');
  const plain = new Map([...types].map(([from, to]) => [lastPart(from), lastPart(to)]));
  return tokens
    .flatMap((token, index) => {
      const name = token.kind === 'word' ? token.text.toLowerCase() : token.text;
      const other = isCast(tokens, index) ? plain.get(name) : columns.get(name);
      return other !== undefined && isName(tokens, index) ? [{ token, other }] : [];
    })
    .reduceRight(
      (text, { token, other }) =>
        `${text.slice(0, token.start)}${quoteIdentifier(other)}${text.slice(token.end)}`,
      sql,
    );
}

/** PostgreSQL writes every cast as `value::type`, with the schema before a type outside of the search path. */
function withTypes(sql: string, types: TypeNames): string {
  return expressionWith(sql, { columns: new Map(), types });
}

/** Whether it is neither a text nor the name of a function. */
function isName(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  return (token?.kind === 'name' || token?.kind === 'word') && tokens[index + 1]?.text !== '(';
}

function isCast(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.keyword;
  return isCastSign(before) || (before === '.' && isCastSign(tokens[index - 3]?.keyword));
}

/** Also of `CAST(value AS type)`, which an entity may have. */
function isCastSign(keyword: string | undefined): boolean {
  return keyword === '::' || keyword === 'AS';
}

function lastPart(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
