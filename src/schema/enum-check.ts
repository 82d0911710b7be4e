import { tokenise, type Token } from '../sql/tokens.js';
import type { CheckModel } from './model.js';

/** The values of an enumerated column, where a check lists them. */
interface EnumCheck {
  readonly column: string;
  /** SQL literals, `'it''s'`, in their order. */
  readonly literals: readonly string[];
}

/** Reads a check without a name of the form that TypeORM gives an enumerated column: `"status" IN ('A','B')`. */
export function enumCheckOf({ name, expression }: CheckModel): EnumCheck | null {
  if (name !== null) return null;
  const [column, operator, open, ...rest] = tokenise(expression.sql, 'sqlite');
  const list = rest.slice(0, -1);
  const isList =
    column?.kind === 'name' &&
    operator?.keyword === 'IN' &&
    open?.keyword === '(' &&
    rest.at(-1)?.keyword === ')' &&
    list.length % 2 === 1 &&
    list.every(isInPlace);
  if (!isList) return null;
  return {
    column: column.text,
    literals: list.filter((_token, index) => index % 2 === 0).map(({ text }) => text),
  };
}

/** The values that it lists; none without a check. */
export function valuesOf(check: EnumCheck | null | undefined): readonly string[] {
  return (check?.literals ?? []).map((literal) => literal.slice(1, -1).replaceAll("''", "'"));
}

/** Literals with a comma between each two. */
function isInPlace(token: Token, index: number): boolean {
  return index % 2 === 0 ? token.kind === 'literal' : token.keyword === ',';
}
