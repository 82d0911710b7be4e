import { dependsOnZone } from '../../sql/postgres-type-change.js';
import type { Action, TypeFact, ZoneOrigin, ZoneStep, ZoneUse } from './action.js';

/** The time zone that earlier statements of the revision have given the session; null for the one that it had. */
export function sessionZone(earlier: readonly Action[]): string | null {
  const set = earlier.findLast((action) => action.kind === 'set-time-zone');
  return set?.zone ?? null;
}

/**
 * Whether values become other ones in another time zone of the session.
 *
 * @param from null where it is not known: then it is what the new type is not
 */
export function mayDependOnZone(from: TypeFact | null, to: TypeFact): boolean {
  return from === null ? to.name === 'timestamptz' : dependsOnZone(from, to);
}

/** The type of a column; null where it is not known. */
type TypeOf = (column: string) => TypeFact | null;

/** Whether an expression gives other values in another time zone of the session. */
export function readsSessionZone({ reads, steps }: ZoneUse, typeOf: TypeOf): boolean {
  return reads || steps.some((step) => isZoned(step, typeOf));
}

function isZoned({ from, to }: ZoneStep, typeOf: TypeOf): boolean {
  const type = typeAt(from, typeOf);
  if (type === undefined) return false;
  if (to === 'parts') return type?.name === 'timestamptz';
  if (to === 'zone') return type !== null && SHIFTED_FROM.has(type.name);
  return mayDependOnZone(type, to);
}

/** PostgreSQL makes an instant of these in the zone of the session before AT TIME ZONE shifts it. */
const SHIFTED_FROM = new Set(['date', 'time']);

const AFTER_SHIFT: Readonly<Record<string, string>> = {
  timestamp: 'timestamptz',
  timestamptz: 'timestamp',
  date: 'timestamp',
};

/** Undefined for an unknown value. */
function typeAt(origin: ZoneOrigin, typeOf: TypeOf): TypeFact | null | undefined {
  switch (origin.kind) {
    case 'column':
      return typeOf(origin.name);
    case 'type':
      return origin.type;
    case 'shifted': {
      const of = typeAt(origin.of, typeOf);
      const name = of ? AFTER_SHIFT[of.name] : undefined;
      return of && name !== undefined ? { ...of, name } : undefined;
    }
    case 'unknown':
      return undefined;
  }
}
