import { TEXT_TYPES, type PostgresType } from './postgres-types.js';

/**
 * How the values of one type become those of another: `assignment` without a word, `explicit` with USING alone, `none`
 * not at all, `unknown` where a type is not known here or the versions of PostgreSQL differ.
 */
export type CastKind = 'assignment' | 'explicit' | 'none' | 'unknown';

/**
 * pg_cast of PostgreSQL 14 to 18, by pg_type names: what a type is cast to by assignment, and behind the bar what by an
 * explicit cast alone. A type without any stands here too. Casts to and from texts are below.
 */
const CASTS: Readonly<Record<string, string>> = {
  bit: 'varbit | int4 int8',
  bool: '| int4',
  box: 'polygon | circle lseg point',
  bytea: '',
  cidr: 'inet',
  circle: '| box point polygon',
  date: 'timestamp timestamptz',
  daterange: '| datemultirange',
  float4: 'float8 int2 int4 int8 numeric',
  float8: 'float4 int2 int4 int8 numeric',
  inet: 'cidr',
  int2: 'float4 float8 int4 int8 numeric oid regclass',
  int4: 'float4 float8 int2 int8 money numeric oid regclass | bit bool',
  int4range: '| int4multirange',
  int8: 'float4 float8 int2 int4 money numeric oid regclass | bit',
  int8range: '| int8multirange',
  interval: 'time',
  json: 'jsonb',
  jsonb: 'json | bool float4 float8 int2 int4 int8 numeric',
  line: '',
  lseg: '| point',
  macaddr: 'macaddr8',
  macaddr8: 'macaddr',
  money: 'numeric',
  numeric: 'float4 float8 int2 int4 int8 money',
  numrange: '| nummultirange',
  oid: 'int4 int8 regclass',
  path: 'polygon',
  pg_lsn: '',
  point: 'box',
  polygon: 'path | box circle point',
  regclass: 'int4 int8 oid',
  time: 'interval timetz',
  timestamp: 'date time timestamptz',
  timestamptz: 'date time timestamp timetz',
  timetz: 'time',
  tsquery: '',
  tsrange: '| tsmultirange',
  tstzrange: '| tstzmultirange',
  tsvector: '',
  uuid: '',
  varbit: 'bit',
  xml: '',
};

/** To these every type is cast by assignment, and from these to every one by an explicit cast. */
const TEXTS: ReadonlySet<string> = new Set([...TEXT_TYPES, 'name', 'citext']);

/** Texts have one assignment cast besides. */
const TEXT_TO_REGCLASS: ReadonlySet<string> = new Set(['text', 'varchar']);

/** Casts that PostgreSQL 18 has and 14 has not, or the other way round. */
const OF_A_VERSION: ReadonlySet<string> = new Set([
  'path point',
  ...['int2', 'int4', 'int8'].flatMap((name) => [`bytea ${name}`, `${name} bytea`]),
]);

/** How a column of one type becomes one of the other. The elements of an array are cast like values. */
export function castOf(from: PostgresType, to: PostgresType): CastKind {
  const [former, later] = [nameOf(from), nameOf(to)];
  if (from.array === to.array) return castOfNames(former, later);
  return from.array ? castOfArray(later, 'assignment') : castOfArray(former, 'explicit');
}

/** Between an array and a type that is none: a text is its written form. */
function castOfArray(name: string, ofText: CastKind): CastKind {
  if (TEXTS.has(name)) return ofText;
  return isKnown(name) ? 'none' : 'unknown';
}

function castOfNames(from: string, to: string): CastKind {
  if (from === to) return 'assignment';
  if (TEXTS.has(to)) return 'assignment';
  if (!isKnown(to)) return 'unknown';
  if (TEXTS.has(from)) return to === 'regclass' && TEXT_TO_REGCLASS.has(from) ? 'assignment' : 'explicit';
  if (!isKnown(from) || OF_A_VERSION.has(`${from} ${to}`)) return 'unknown';
  const [assigned = '', explicit = ''] = (CASTS[from] ?? '').split('|');
  if (assigned.split(' ').includes(to)) return 'assignment';
  return explicit.split(' ').includes(to) ? 'explicit' : 'none';
}

/** An enumerated type, as a schema has it, is cast to and from texts alone. */
function isKnown(name: string): boolean {
  return TEXTS.has(name) || name in CASTS || name.startsWith('enum ');
}

/** Whichever fields an interval has, it is one. */
function nameOf({ name }: PostgresType): string {
  return name.startsWith('interval ') ? 'interval' : name;
}
