import { BOTH, type Rule } from '../rule.js';
import { quotePath } from '../../sql/quote.js';
import { NAME_BYTES, keptName } from '../../sql/identifiers.js';

/** A name that PostgreSQL truncates, so that the object has another name. */
export const longIdentifier: Rule = {
  id: 'long-identifier',
  directions: BOTH,
  scope: 'statement',
  check: ({ statement }) => {
    const name = statement.facts.identifiers().find((one) => Buffer.byteLength(one) > NAME_BYTES);
    if (name === undefined) return null;
    const kept = keptName(name);
    return {
      message:
        `The name ${quotePath(name)} has ${Buffer.byteLength(name)} bytes. PostgreSQL truncates it to ${NAME_BYTES}, so the ` +
        `object is named ${quotePath(kept)}, and another long name may be truncated to the same name.`,
      replacement: null,
    };
  },
};
