import { expect } from 'chai';
import { canonicalizePostgresType } from '../../../src/sql/postgres-types.js';

/** As TypeORM writes a type, and as `format_type` shows it. */
const TYPES: readonly (readonly [written: string, shown: string])[] = [
  ['int', 'integer'],
  ['INT4', 'integer'],
  ['int2', 'smallint'],
  ['int8', 'bigint'],
  ['bool', 'boolean'],
  ['float', 'double precision'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['double precision', 'double precision'],
  ['decimal', 'numeric'],
  ['decimal(10,2)', 'numeric(10,2)'],
  ['numeric(10, 2)', 'numeric(10,2)'],
  ['numeric(10)', 'numeric(10,0)'],
  ['varchar', 'character varying'],
  ['varchar(40)', 'character varying(40)'],
  ['character varying(40)', 'character varying(40)'],
  ['char', 'character(1)'],
  ['character', 'character(1)'],
  ['char(3)', 'character(3)'],
  ['bpchar', 'bpchar'],
  ['bpchar(3)', 'character(3)'],
  ['bit', 'bit(1)'],
  ['bit(8)', 'bit(8)'],
  ['varbit', 'bit varying'],
  ['bit varying(8)', 'bit varying(8)'],
  ['timestamp', 'timestamp without time zone'],
  ['TIMESTAMP(3)', 'timestamp(3) without time zone'],
  ['timestamp without time zone', 'timestamp without time zone'],
  ['TIMESTAMP(3) WITH TIME ZONE', 'timestamp(3) with time zone'],
  ['timestamptz', 'timestamp with time zone'],
  ['timestamptz(6)', 'timestamp(6) with time zone'],
  ['time', 'time without time zone'],
  ['TIME(0) WITHOUT TIME ZONE', 'time(0) without time zone'],
  ['timetz(2)', 'time(2) with time zone'],
  ['time with time zone', 'time with time zone'],
  ['text', 'text'],
  ['jsonb', 'jsonb'],
  ['uuid', 'uuid'],
  ['int array', 'integer[]'],
  ['geometry', 'geometry'],
  ['geometry(point,4326)', 'geometry(Point,4326)'],
  ['geometry(POINTZ, 0)', 'geometry(PointZ)'],
  ['geometry(geometry)', 'geometry'],
  ['geometry(GeometryZ)', 'geometry(GeometryZ)'],
  ['geography(multipolygonzm)', 'geography(MultiPolygonZM,4326)'],
  ['geography(geometry)', 'geography(Geometry,4326)'],
  ['geometry(Point,4326) array', 'geometry(Point,4326)[]'],
  ['ext.geometry(point)', 'ext.geometry(Point)'],
  ['Email', 'email'],
  ['"Email"', '"Email"'],
  ['"email"', 'email'],
  ['"char"', '"char"'],
  ['public.email', 'email'],
  ['Aux."Email" array', 'aux."Email"[]'],
  ['varchar(40)[]', 'character varying(40)[]'],
  ['varchar(40) array', 'character varying(40)[]'],
  ['TIMESTAMP(3) WITH TIME ZONE array', 'timestamp(3) with time zone[]'],
];

/** What a comparison must distinguish. */
const DIFFERENT: readonly (readonly [a: string, b: string])[] = [
  ['varchar(40)', 'varchar(41)'],
  ['varchar', 'text'],
  ['numeric(10,2)', 'numeric(10,3)'],
  ['numeric(10,2)', 'numeric'],
  ['timestamp(3)', 'timestamp(6)'],
  ['timestamp', 'timestamptz'],
  ['int', 'int array'],
  ['char', 'varchar'],
  ['float', 'real'],
];

describe('canonicalizePostgresType', () => {
  for (const [written, shown] of TYPES) {
    it(`canonicalizePostgresType spells ${written} as ${shown}`, () => {
      expect(canonicalizePostgresType(written)).to.equal(shown);
    });
  }

  for (const shown of new Set(TYPES.map(([, type]) => type).filter((type) => !type.endsWith('[]')))) {
    it(`canonicalizePostgresType leaves ${shown} unchanged`, () => {
      expect(canonicalizePostgresType(shown)).to.equal(shown);
    });
  }

  for (const [a, b] of DIFFERENT) {
    it(`canonicalizePostgresType distinguishes ${a} and ${b}`, () => {
      expect(canonicalizePostgresType(a)).not.to.equal(canonicalizePostgresType(b));
    });
  }
});
