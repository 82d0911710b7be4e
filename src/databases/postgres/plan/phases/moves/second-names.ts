/** The names of second columns, and of what is made of them. */

import { NAME_BYTES, truncated } from '../../../../../sql/identifiers.js';

/** The second column has the new type until the swap, and the former one after it. */
export type Second = 'new' | 'old';

/** The name of a second column, or of a part that is made of it. */
export function secondName(name: string, which: Second): string {
  const ending = `_${which}`;
  return `${truncated(name, NAME_BYTES - ending.length)}${ending}`;
}

/** The other one. */
export function otherSecond(which: Second): Second {
  return which === 'new' ? 'old' : 'new';
}
