import { castOf, type CastKind } from './postgres-casts.js';
import { FINEST, type PostgresType } from './postgres-types.js';

/**
 * What ALTER COLUMN TYPE rebuilds under its lock, by the two types alone: `indexes` are those over the column, `heap`
 * is the table and all of its indexes. What has the column in an expression is always rebuilt.
 */
export type TypeChangeWork = 'nothing' | 'indexes' | 'heap';

/** What a change of a type takes. */
export interface TypeChangeCost {
  readonly work: TypeChangeWork;
  readonly cast: CastKind;
}

/** What is known besides the types. */
export interface TypeChangeOptions {
  /** The time zone of the session; null, which is the default, where it is not known. */
  readonly zone?: string | null | undefined;
  /** Whether the column gets another collation as well; default false. */
  readonly recollated?: boolean;
}

/**
 * What PostgreSQL does when a column of one type gets another one. `test/integration/type-changes.test.ts` holds it
 * to servers, 14 and 18 alike; a type that is not known here is the worst.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/tablecmds.c (ATColumnChangeRequiresRewrite)
 */
export function costOfTypeChange(
  from: PostgresType,
  to: PostgresType,
  options: TypeChangeOptions = {},
): TypeChangeCost {
  return { work: workOf(from, to, options), cast: castOf(from, to) };
}

function workOf(
  from: PostgresType,
  to: PostgresType,
  { zone = null, recollated = false }: TypeChangeOptions,
): TypeChangeWork {
  const work = keepsIndexes(from, to) ? 'nothing' : keepsRows(from, to, zone) ? 'indexes' : 'heap';
  return work === 'nothing' && recollated ? 'indexes' : work;
}

/** Whether the bytes of a row stay, and no value could break a limit of the new type. */
function keepsIndexes(from: PostgresType, to: PostgresType): boolean {
  const isBare = to.modifiers.length === 0;
  if (from.array === to.array && from.name === to.name) return isBare || isWider(from, to);
  if (from.array || to.array) return false;
  if (isInterval(from) && isInterval(to)) return isWiderInterval(from, to);
  return isBare && SAME_CLASS.has(`${from.name} ${to.name}`);
}

function keepsRows(from: PostgresType, to: PostgresType, zone: string | null): boolean {
  if (from.array || to.array) return false;
  if (isInstantPair(from, to)) return isUtc(zone) && (to.modifiers[0] ?? FINEST) === FINEST;
  return to.modifiers.length === 0 && OTHER_CLASS.has(`${from.name} ${to.name}`);
}

/** Stored alike, and a plain index has the same operator class or there can be none: former type, new one. */
const SAME_CLASS: ReadonlySet<string> = new Set([
  'varchar text',
  'text varchar',
  'cidr inet',
  'oid regclass',
  'regclass oid',
  'xml text',
  'xml varchar',
  'xml bpchar',
]);

/** Stored alike, but a plain index has another operator class. */
const OTHER_CLASS: ReadonlySet<string> = new Set([
  'text bpchar',
  'varchar bpchar',
  'text citext',
  'varchar citext',
  'citext text',
  'citext varchar',
  'citext bpchar',
  'bit varbit',
  'varbit bit',
  'int4 oid',
  'oid int4',
  'int4 regclass',
  'regclass int4',
]);

type Modifiers = PostgresType['modifiers'];

/** Of one name. Without an entry here another modifier is applied to every value. */
function isWider({ name, array, modifiers: from }: PostgresType, { modifiers: to }: PostgresType): boolean {
  if (from.join() === to.join()) return true;
  if (array) return false;
  return isInterval({ name }) ? isFiner(from, to) : WIDENS[name]?.(from, to) === true;
}

const WIDENS: Readonly<Record<string, (from: Modifiers, to: Modifiers) => boolean>> = {
  varchar: isLonger,
  varbit: isLonger,
  timestamp: isFiner,
  timestamptz: isFiner,
  time: isFiner,
  timetz: isFiner,
  numeric: ([from, fromScale = 0], [to, toScale = 0]) => isAtLeast(to, from) && toScale === fromScale,
};

function isLonger([from]: Modifiers, [to]: Modifiers): boolean {
  return isAtLeast(to, from);
}

function isFiner([from = FINEST]: Modifiers, [to = FINEST]: Modifiers): boolean {
  return isAtLeast(to, from);
}

function isAtLeast(to: number | string | undefined, from: number | string | undefined): boolean {
  return typeof from === 'number' && typeof to === 'number' && to >= from;
}

function isInterval({ name }: Pick<PostgresType, 'name'>): boolean {
  return /^interval( |$)/.test(name);
}

/** Fields of an interval, the smallest first; the default is the second. */
const FIELDS = ['second', 'minute', 'hour', 'day', 'month', 'year'];

/** A smaller last field takes all values; digits matter only behind seconds. */
function isWiderInterval(from: PostgresType, to: PostgresType): boolean {
  const [former, later] = [lastField(from), lastField(to)];
  return later <= former && (former > 0 || isFiner(from.modifiers, to.modifiers));
}

function lastField({ name }: PostgresType): number {
  return Math.max(0, FIELDS.indexOf(name.split(' ').at(-1) ?? ''));
}

/** Types whose conversion to and from an instant reads the session's time zone. */
const READS_ZONE: ReadonlySet<string> = new Set([
  'timestamp',
  'date',
  'time',
  'timetz',
  'text',
  'varchar',
  'bpchar',
  'citext',
]);

/** Whether values become other ones in another time zone of the session: 12:00 is 17:00Z in New York. */
export function dependsOnZone({ name: from }: PostgresType, { name: to }: PostgresType): boolean {
  if (from === to) return false;
  if (from === 'timestamptz') return READS_ZONE.has(to);
  if (to === 'timestamptz') return READS_ZONE.has(from);
  return to === 'timetz' && READS_ZONE.has(from);
}

/** Whether one becomes the other by AT TIME ZONE alone. */
export function isInstantPair(from: PostgresType, to: PostgresType): boolean {
  return !from.array && !to.array && [from.name, to.name].sort().join() === 'timestamp,timestamptz';
}

/** Zones that are UTC all year, in small letters. */
const UTC: ReadonlySet<string> = new Set(
  ['utc', 'uct', 'zulu', 'universal', 'gmt', 'gmt0', 'gmt+0', 'gmt-0', 'greenwich', 'factory'].flatMap(
    (name) => [name, `etc/${name}`],
  ),
);

function isUtc(zone: string | null): boolean {
  return zone !== null && UTC.has(zone.toLowerCase());
}
