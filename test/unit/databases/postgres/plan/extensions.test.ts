import { expect } from 'chai';
import { extensionsOf } from '../../../../../src/databases/postgres/plan/extensions.js';
import { loadSqlReader } from '../../../../../src/databases/postgres/plan/sql-reader.js';
import {
  raw,
  type ColumnModel,
  type ExclusionModel,
  type IndexModel,
  type TableModel,
} from '../../../../../src/schema/model.js';

function column(name: string, type: string, value?: string): ColumnModel {
  return {
    ...{ name, type, nullable: true, identity: null, generated: null, storage: null, collation: null },
    default: value === undefined ? null : raw(value),
    comment: null,
  };
}

function gist(name: string): IndexModel {
  const key = { column: name, expression: null, order: 'ASC', nulls: 'LAST' } as const;
  return {
    ...{ name: `ix_${name}`, include: [], unique: false, nulls: 'distinct', method: 'gist', where: null },
    keys: [{ ...key, opclass: null, collation: null }],
    valid: true,
  };
}

function exclusion(method: string, element: string, operator: string): ExclusionModel {
  const elements = [{ expression: raw(element), operator }];
  return { name: `ex_${operator}`, method, elements, where: null, deferrable: null };
}

function found(columns: readonly ColumnModel[], rest: Partial<TableModel> = {}): readonly string[] {
  const parts = { primaryKey: null, uniques: [], indexes: [], foreignKeys: [], checks: [], exclusions: [] };
  const table = { name: 'thing', persistence: 'permanent', comment: null, options: null, columns } as const;
  return [
    ...extensionsOf({ dialect: 'postgres', enums: [], tables: [{ ...table, ...parts, ...rest }] }),
  ].sort();
}

const NUMBER = column('room', 'integer');
const RANGE = column('during', 'tstzrange');

describe('extensionsOf', () => {
  before(loadSqlReader);

  const cases: readonly (readonly [
    title: string,
    found: () => readonly string[],
    wanted: readonly string[],
  ])[] = [
    [
      'types of PostGIS and of pgvector, with their modifiers and lists of them',
      () => found([column('at', 'geometry(Point,4326)'), column('near', 'vector(3)[]')]),
      ['postgis', 'vector'],
    ],
    [
      'further types of both',
      () => found([column('at', 'geography'), column('near', 'halfvec(3)')]),
      ['postgis', 'vector'],
    ],
    ['a type in a schema of its own', () => found([column('mail', 'ext.citext')]), ['citext']],
    ['an enumerated type with the name of a type', () => found([column('mail', 'enum app.citext')]), []],
    [
      'a qualified function',
      () => found([column('id', 'uuid', 'public.uuid_generate_v1mc()')]),
      ['uuid-ossp'],
    ],
    ['a text with the name of a function', () => found([column('id', 'text', `'uuid_generate_v4()'`)]), []],
    ['gen_random_uuid, which the server has', () => found([column('id', 'uuid', 'gen_random_uuid()')]), []],
    ['a GiST index of a number', () => found([NUMBER], { indexes: [gist('room')] }), ['btree_gist']],
    ['a GiST index of a range', () => found([RANGE], { indexes: [gist('during')] }), []],
    [
      'a GiST index of a type of another extension',
      () => found([column('at', 'geometry')], { indexes: [gist('at')] }),
      ['postgis'],
    ],
    [
      'an equality of numbers',
      () => found([NUMBER], { exclusions: [exclusion('gist', '"room"', '=')] }),
      ['btree_gist'],
    ],
    ['an equality of ranges', () => found([RANGE], { exclusions: [exclusion('gist', 'during', '=')] }), []],
    [
      'an equality of an expression',
      () => found([NUMBER], { exclusions: [exclusion('gist', 'coalesce(room, 0)', '=')] }),
      ['btree_gist'],
    ],
    [
      'an overlap of an expression',
      () => found([NUMBER], { exclusions: [exclusion('gist', 'int4range(room, 9)', '&&')] }),
      [],
    ],
    [
      'an equality without GiST',
      () => found([NUMBER], { exclusions: [exclusion('btree', 'room', '=')] }),
      [],
    ],
  ];
  for (const [title, read, wanted] of cases)
    it(`extensionsOf reads ${title}`, () => {
      expect(read()).to.deep.equal(wanted);
    });
});
