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

/** PostgreSQL writes every cast as `value::type`, with the schema before a type outside of the search path. */
function withTypes(sql: string, names: TypeNames): string {
  const plain = new Map([...names].map(([from, to]) => [lastPart(from), lastPart(to)]));
  const tokens = tokenise(sql, 'postgres');
  return tokens
    .flatMap((token, index) => {
      const other = plain.get(token.text);
      return other !== undefined && isCast(tokens, index) ? [{ token, other }] : [];
    })
    .reduceRight(
      (text, { token, other }) =>
        `${text.slice(0, token.start)}${quoteIdentifier(other)}${text.slice(token.end)}`,
      sql,
    );
}

function isCast(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.keyword;
  return before === '::' || (before === '.' && tokens[index - 3]?.keyword === '::');
}

function lastPart(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
