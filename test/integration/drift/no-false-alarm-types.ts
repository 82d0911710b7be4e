import type { ColumnType, EntitySchemaColumnOptions } from 'typeorm';

function plain(...types: readonly ColumnType[]): readonly EntitySchemaColumnOptions[] {
  return types.map((type) => ({ type }));
}

/** Types that mean something in both dialects. */
export const NEUTRAL_TYPES: readonly EntitySchemaColumnOptions[] = [
  ...plain(String, Number, Boolean, Date, 'simple-array', 'simple-json', 'uuid'),
  { type: 'simple-enum', enum: ['red', 'green'] },
  { type: 'simple-enum', enum: { Small: 1, Large: 2 } },
  { type: String, length: 20 },
];

/** Every type that TypeORM lists for PostgreSQL and that no extension brings, and its forms. */
export const POSTGRES_TYPES: readonly EntitySchemaColumnOptions[] = [
  ...plain('int', 'int2', 'int4', 'int8', 'smallint', 'integer', 'bigint', 'decimal', 'numeric', 'real'),
  ...plain('float', 'float4', 'float8', 'double precision', 'money', 'character varying', 'varchar'),
  ...plain('character', 'char', 'text', 'bytea', 'bit', 'varbit', 'bit varying', 'timetz', 'timestamptz'),
  ...plain('timestamp', 'timestamp without time zone', 'timestamp with time zone', 'date', 'time'),
  ...plain('time without time zone', 'time with time zone', 'interval', 'bool', 'boolean', 'point', 'line'),
  ...plain('lseg', 'box', 'path', 'polygon', 'circle', 'cidr', 'inet', 'macaddr', 'macaddr8', 'tsvector'),
  ...plain('tsquery', 'uuid', 'xml', 'json', 'jsonb', 'jsonpath', 'int4range', 'int8range', 'numrange'),
  ...plain('tsrange', 'tstzrange', 'daterange', 'int4multirange', 'int8multirange', 'nummultirange'),
  ...plain('tsmultirange', 'tstzmultirange', 'datemultirange'),
  { type: 'enum', enum: ['red', 'green'] },
  { type: 'enum', enum: ["it's", 'two words', 'UPPER'], enumName: 'Shared Enum' },
  { type: 'varchar', length: 7 },
  { type: 'character varying', length: '250' },
  { type: 'char', length: 3 },
  { type: 'character', length: 12 },
  { type: 'bit', length: 8 },
  { type: 'varbit', length: 16 },
  { type: 'bit varying', length: 5 },
  { type: 'numeric', precision: 10, scale: 2 },
  { type: 'decimal', precision: 12 },
  { type: 'numeric', precision: 5, scale: 0 },
  { type: 'interval', precision: 3 },
  { type: 'time', precision: 0 },
  { type: 'timetz', precision: 2 },
  { type: 'time with time zone', precision: 6 },
  { type: 'timestamp', precision: 3 },
  { type: 'timestamptz', precision: 0 },
  { type: 'timestamp with time zone', precision: 6 },
];

/** Arrays of PostgreSQL. */
export const ARRAYS: readonly EntitySchemaColumnOptions[] = [
  ...POSTGRES_TYPES.map((type) => ({ ...type, array: true })),
];

/** Every type that any version of TypeORM lists for SQLite, and its forms. */
export const SQLITE_TYPES: readonly EntitySchemaColumnOptions[] = [
  ...plain('int', 'integer', 'tinyint', 'smallint', 'mediumint', 'bigint', 'unsigned big int', 'int2'),
  ...plain('int8', 'character', 'varchar', 'varying character', 'nchar', 'native character', 'nvarchar'),
  ...plain('text', 'clob', 'blob', 'real', 'double', 'double precision', 'float', 'numeric', 'decimal'),
  ...plain('boolean', 'date', 'time', 'datetime', 'json', 'jsonb'),
  { type: 'varchar', length: 7 },
  { type: 'character', length: '20' },
  { type: 'varying character', length: 255 },
  { type: 'nchar', length: 55 },
  { type: 'native character', length: 70 },
  { type: 'nvarchar', length: 100 },
  { type: 'text', length: 1000 },
  { type: 'blob', length: 16 },
  { type: 'clob', length: 10 },
  { type: 'decimal', precision: 10, scale: 5 },
  { type: 'numeric', precision: 4 },
  { type: 'datetime', precision: 3 },
];
