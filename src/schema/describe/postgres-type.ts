/** Names that PostgreSQL shows in another way: https://www.postgresql.org/docs/current/datatype.html */
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
  varchar: 'character varying',
  char: 'character',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
};

/** Types whose length, when none is given, is one. */
const LENGTH_ONE = ['character', 'bit'];

/** A type as TypeORM writes it, spelled as `format_type` shows it: `TIMESTAMP(3)` is `timestamp(3) without time zone`. */
export function spellPostgresType(type: string): string {
  const [, element = '', array] = /^(.*?)( array)?$/i.exec(type.trim().toLowerCase()) ?? [];
  const [, name = element, parameters = '', zone = ''] =
    /^([a-z_0-9". ]+?)\s*(?:\(([^)]*)\))?\s*((?:with|without) time zone)?$/.exec(element) ?? [];
  return `${spellElement(SHOWN[name] ?? name, parameters, zone)}${array ? '[]' : ''}`;
}

function spellElement(name: string, parameters: string, zone: string): string {
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
