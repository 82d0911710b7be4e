import { spatialType } from './spatial-types.js';

/** A type of a column: `int4` for `integer`, `timestamptz` for `timestamp with time zone`, and so on. */
export interface PostgresType {
  /** As pg_type has it. The fields of an interval belong to it: `interval day to second`. */
  readonly name: string;
  /** Lengths and digits are numbers; an extension has words too: `geometry(point, 4326)`. */
  readonly modifiers: readonly (number | string)[];
  readonly array: boolean;
}

/** Names that `format_type` shows in another way: https://www.postgresql.org/docs/current/datatype.html */
const SHOWN: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float: 'double precision',
  float4: 'real',
  float8: 'double precision',
  decimal: 'numeric',
  dec: 'numeric',
  varchar: 'character varying',
  'char varying': 'character varying',
  char: 'character',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
};

/** What `format_type` shows, as pg_type has it. */
const CATALOG_NAMES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  'character varying': 'varchar',
  character: 'bpchar',
  'bit varying': 'varbit',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  // A `bit` without quotes has the length one.
  '"bit"': 'bit',
  '"char"': 'char',
};

/** What SERIAL and its like make a column of: word -> type as pg_type has it. */
export const SERIAL_TYPES: Readonly<Record<string, string>> = {
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
};

/** Types of numbers, by their names in pg_type. */
export const NUMBER_TYPES: ReadonlySet<string> = new Set([
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
]);

/** Types of texts. */
export const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar']);

/** Types that hold seconds, with digits behind the point. */
export const TIME_TYPES: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);

/** Types whose length, when none is given, is one. */
const LENGTH_ONE = ['character', 'bit'];

/** A type in the parts in which it is written. */
interface Written {
  readonly name: string;
  readonly parameters: string;
  readonly zone: string;
  readonly array: boolean;
}

/** The least and the greatest value of each integer type, by its name in the catalog. */
export const INTEGER_LIMITS: Readonly<Record<string, readonly [least: string, greatest: string]>> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
};

/**
 * A type in any spelling, as TypeORM, a statement or `format_type` has it. An `enum jobs_status` of a model is one too.
 */
export function parsePostgresType(type: string): PostgresType {
  const { name, array } = readType(type);
  if (name.startsWith('enum ')) return { name, modifiers: [], array };
  const shown = readType(canonicalizePostgresType(type));
  const full = `${shown.name}${shown.zone === '' ? '' : ` ${shown.zone}`}`;
  return {
    name: CATALOG_NAMES[full] ?? (name.includes('"') ? name : full),
    modifiers: shown.parameters === '' ? [] : shown.parameters.split(',').map(modifierOf),
    array,
  };
}

/** A type in any spelling, as `format_type` shows it: `TIMESTAMP(3)` is `timestamp(3) without time zone`. */
export function canonicalizePostgresType(type: string): string {
  const { name, parameters, zone, array } = readType(
    outsideQuotes(type.trim()).replace(/^(?:public|pg_catalog)\./, ''),
  );
  const element = spatialType(name, parameters) ?? canonicalizeElement(name, parameters, zone);
  return `${element}${array ? '[]' : ''}`;
}

/** Names in small letters, except quoted ones; quotes that change nothing are left out. */
function outsideQuotes(type: string): string {
  if (!type.includes('"')) return type.toLowerCase();
  return type.replace(/"((?:[^"]|"")*)"|[^"]+/g, (part, name?: string) =>
    name === undefined
      ? part.toLowerCase()
      : /^[a-z_][a-z_0-9$]*$/.test(name) && !PLAIN.has(name)
        ? name
        : part,
  );
}

/** Names that mean another type without quotes: https://www.postgresql.org/docs/current/datatype-character.html */
const PLAIN: ReadonlySet<string> = new Set(['char', 'bit']);

function readType(type: string): Written {
  const [, element = '', array] = /^(.*?)((?:\[\d*\])+| array)?$/is.exec(type.trim()) ?? [];
  const [, name = element, parameters = '', zone = ''] =
    /^([a-z_0-9". ]+?)\s*(?:\(([^)]*)\))?\s*((?:with|without) time zone)?$/i.exec(element) ?? [];
  return { name, parameters, zone, array: array !== undefined };
}

function canonicalizeElement(written: string, parameters: string, zone: string): string {
  // Alone among the names of a type with a length, `bpchar` has none when none is given.
  const name = written === 'bpchar' && parameters === '' ? written : (SHOWN[written] ?? written);
  const moment = /^(timestamp|time)(?: (with|without) time zone)?$/.exec(name);
  if (moment) {
    const [, kind = '', own] = moment;
    const suffix = zone || `${own ?? 'without'} time zone`;
    return `${kind}${parameters === '' ? '' : `(${parameters})`} ${suffix}`;
  }
  const shown = parametersOf(name, parameters);
  return `${name}${shown === '' ? '' : `(${shown})`}`;
}

function parametersOf(name: string, parameters: string): string {
  const compact = parameters.replace(/\s/g, '');
  if (name === 'numeric' && /^\d+$/.test(compact)) return `${compact},0`;
  return compact === '' && LENGTH_ONE.includes(name) ? '1' : compact;
}

function modifierOf(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Types of pg_catalog that a column of a key may have. */
const CATALOG_TYPES: ReadonlySet<string> = new Set([
  ...NUMBER_TYPES,
  ...TEXT_TYPES,
  ...TIME_TYPES,
  ...['bool', 'bytea', 'date', 'uuid', 'money', 'name', 'oid', 'inet', 'cidr', 'macaddr', 'macaddr8'],
  ...['bit', 'varbit', 'jsonb', 'pg_lsn'],
]);

/** Whether a type is one of pg_catalog, or a list of such; an interval has its fields in its name. */
export function isCatalogType(type: string): boolean {
  const { name } = parsePostgresType(type);
  return CATALOG_TYPES.has(name) || /^interval\b/.test(name);
}

/** Digits of a second that PostgreSQL keeps where none are written. */
export const FINEST = 6;

/** One value for types that hold the same: `numeric(8)` is `numeric(8, 0)`, `timestamptz(6)` is `timestamptz`. */
export function meantType(type: PostgresType): PostgresType {
  const [first, ...others] = type.modifiers;
  if (type.name === 'numeric' && first !== undefined && others.length === 0)
    return { ...type, modifiers: [first, 0] };
  return TIME_TYPES.has(type.name) && first === FINEST ? { ...type, modifiers: [] } : type;
}
