import type { TypeFact } from '../sql/action.js';

/** Types whose values are stored alike, so that one becomes the other by its name: former -> new. */
const STORED_ALIKE: ReadonlySet<string> = new Set(['varchar text', 'text varchar', 'cidr inet']);

/**
 * Whether PostgreSQL changes a type by changing its catalog alone: same values, and no limit that a value might break.
 * https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
 */
export function keepsValues(from: TypeFact, to: TypeFact): boolean {
  const isSame = from.name === to.name && from.array === to.array && sameModifiers(from, to);
  // The server does not look into arrays.
  if (isSame || from.array || to.array) return isSame;
  if (from.name !== to.name) return STORED_ALIKE.has(`${from.name} ${to.name}`) && to.modifiers.length === 0;
  return WIDENS[from.name]?.(from.modifiers, to.modifiers) === true;
}

type Modifiers = readonly number[];

/** None at all is the widest, save for bit, where it is 1. */
const WIDENS: Readonly<Record<string, (from: Modifiers, to: Modifiers) => boolean>> = {
  varchar: isLonger,
  varbit: isLonger,
  timestamp: isLonger,
  timestamptz: isLonger,
  time: isLonger,
  timetz: isLonger,
  numeric: ([from, fromScale = 0], [to, toScale = 0]) =>
    to === undefined || (from !== undefined && to >= from && toScale === fromScale),
};

function isLonger([from]: Modifiers, [to]: Modifiers): boolean {
  return to === undefined || (from !== undefined && to >= from);
}

function sameModifiers(from: TypeFact, to: TypeFact): boolean {
  return from.modifiers.join() === to.modifiers.join();
}
