import { BOTH, type Rule } from '../rule.js';
import { identifiersIn } from '../sql/read-statement.js';
import { quotePath } from '../../sql/quote.js';

/** NAMEDATALEN of the server, less the byte that ends a name. */
const LONGEST = 63;

/** A name that PostgreSQL cuts off, so that what is there is called otherwise. */
export const longIdentifier: Rule = {
  id: 'long-identifier',
  directions: BOTH,
  scope: 'statement',
  check: ({ statement }) => {
    const name = identifiersIn(statement.sql).find((one) => Buffer.byteLength(one) > LONGEST);
    if (name === undefined) return null;
    const kept = cut(name);
    return {
      message:
        `The name ${quotePath(name)} has ${Buffer.byteLength(name)} bytes. PostgreSQL cuts it off after ${LONGEST}, so what is ` +
        `there is called ${quotePath(kept)}, and a second long name may become the same one.`,
      replacement: null,
    };
  },
};

/** Without the half of a character at the end. */
function cut(name: string): string {
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > LONGEST) break;
    kept += character;
  }
  return kept;
}
