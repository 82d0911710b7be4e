/** A type in the parts that matter here: `timestamp(3) without time zone[]`. */
interface TimeType {
  readonly name: string;
  /** Digits of a second; null for none said, which is six. */
  readonly precision: number | null;
  readonly isArray: boolean;
}

const PLAIN = 'timestamp without time zone';
const ZONED = 'timestamp with time zone';

/** Types whose conversion to and from an instant reads the session's time zone. */
const READS_ZONE = new Set([
  PLAIN,
  'date',
  'time without time zone',
  'time with time zone',
  'text',
  'character varying',
  'character',
  'citext',
]);

/**
 * Names of the zone that is UTC all year, as `pg_timezone_names` spells them. With one of these PostgreSQL knows that
 * a timestamp and its instant are stored alike.
 */
const UTC = new Set(['UTC', 'Etc/UTC', 'UCT', 'Etc/UCT', 'Zulu', 'Etc/Zulu', 'GMT', 'Etc/GMT', 'Universal']);

/** Whether values become other ones in another time zone of the session: 12:00 is 17:00Z in New York. */
export function dependsOnZone(from: string, to: string): boolean {
  const [live, desired] = [parse(from), parse(to)];
  if (live.name === desired.name) return false;
  if (live.name === ZONED) return READS_ZONE.has(desired.name);
  if (desired.name === ZONED) return READS_ZONE.has(live.name);
  return desired.name === 'time with time zone' && READS_ZONE.has(live.name);
}

/**
 * Whether PostgreSQL writes no row for the change in that time zone, without USING. A length of its own has to be
 * applied to every value, even where it is the same on both sides.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/tablecmds.c (ATColumnChangeRequiresRewrite)
 */
export function keepsRows(from: string, to: string, zone: string): boolean {
  const [live, desired] = [parse(from), parse(to)];
  const names = [live.name, desired.name].sort().join();
  const isPair = names === [PLAIN, ZONED].sort().join() && !live.isArray && !desired.isArray;
  return isPair && UTC.has(zone) && (desired.precision === null || desired.precision === 6);
}

/** Whether one becomes the other by AT TIME ZONE alone. */
export function isInstantPair(from: string, to: string): boolean {
  const [live, desired] = [parse(from), parse(to)];
  const names = [live.name, desired.name];
  return names.includes(PLAIN) && names.includes(ZONED) && !live.isArray && !desired.isArray;
}

function parse(type: string): TimeType {
  const [, precision] = /\((\d+)\)/.exec(type) ?? [];
  return {
    name: type.replace(/\(\d+\)/, '').replace(/(\[\])+$/, ''),
    precision: precision === undefined ? null : Number(precision),
    isArray: type.endsWith('[]'),
  };
}
