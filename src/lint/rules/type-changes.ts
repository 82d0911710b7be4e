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

/** Digits of a second that an instant has where none are written. */
const DIGITS = 6;

/** Zones that are UTC all year. */
const UTC = new Set(['utc', 'etc/utc', 'uct', 'etc/uct', 'zulu', 'etc/zulu', 'gmt', 'etc/gmt', 'universal']);

/**
 * Whether a timestamp and an instant are stored alike in the session's time zone, so that PostgreSQL writes no row. A
 * number of digits that is written has to be applied to each of them.
 *
 * @param zone null where it is not known
 */
export function keepsInstants(from: TypeFact, to: TypeFact, zone: string | null): boolean {
  const isPair = [from.name, to.name].sort().join() === 'timestamp,timestamptz';
  const isWhole = to.modifiers.length === 0 || to.modifiers[0] === DIGITS;
  return isPair && !from.array && !to.array && isWhole && zone !== null && UTC.has(zone.toLowerCase());
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
