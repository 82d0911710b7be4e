import { raw, type ExclusionModel } from './model.js';
import { inside, keyword, sourceOf, splitAtCommas, tokenise, topLevel, type Token } from '../sql/tokens.js';

type Definition = Pick<ExclusionModel, 'method' | 'elements' | 'where'>;

/**
 * Reads the text after EXCLUDE: `USING gist (room WITH =, during WITH &&) WHERE (active)`.
 * https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
 */
export function parseExclusion(definition: string): Definition {
  const tokens = tokenise(definition, 'postgres');
  const using = keyword(tokens[0]) === 'USING';
  const open = tokens.findIndex((token) => keyword(token) === '(');
  const body = inside(tokens, open);
  const rest = tokens.slice(open + body.length + 2);
  const where = rest.findIndex((token) => keyword(token) === 'WHERE');
  return {
    method: using ? (tokens[1]?.text.toLowerCase() ?? '') : 'btree',
    elements: splitAtCommas(body).map((element) => elementOf(definition, element)),
    where: where < 0 ? null : raw(sourceOf(definition, inside(rest, where + 1))),
  };
}

function elementOf(definition: string, element: readonly Token[]): Definition['elements'][number] {
  const positions = topLevel(element);
  const at = positions.findLast((index) => keyword(element[index]) === 'WITH') ?? element.length;
  return {
    expression: raw(sourceOf(definition, element.slice(0, at))),
    operator: sourceOf(definition, element.slice(at + 1)),
  };
}
