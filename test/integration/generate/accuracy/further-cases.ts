import type { EntitySchemaColumnOptions } from 'typeorm';
import { entity, type Rest } from '../../drift/no-false-alarm-database.js';
import type { AccuracyCase, Row } from './cases.js';
import { ANYHOW, change, job, NUMBER, RIGHT, TEXT } from './change.js';
import { numbered, pets, tagged } from './further-entities.js';
import { ENUMS, VIEWS } from './view-cases.js';

const SELF = (
  key: EntitySchemaColumnOptions,
  other: EntitySchemaColumnOptions,
  onDelete: 'CASCADE' | 'SET NULL' = 'CASCADE',
) => [
  entity(
    'job',
    { id: { ...key, primary: true, primaryKeyConstraintName: 'pk_job' }, a: other },
    {
      tableName: 'job',
      foreignKeys: [
        { name: 'fk_job', target: 'job', columnNames: ['a'], referencedColumnNames: ['id'], onDelete },
      ],
    },
  ),
];
const PARENTS: readonly Row[] = [
  ['1', null],
  ['2', '1'],
];
const ID = '123e4567-e89b-12d3-a456-426614174000';

const KEYS: readonly AccuracyCase[] = [
  change(
    'another type at both ends of a foreign key, integer to bigint',
    [SELF({ type: 'integer' }, NUMBER), SELF({ type: 'bigint' }, { type: 'bigint', nullable: true })],
    { rows: PARENTS, words: ANYHOW, typeorm: { postgres: ['fails'], sqlite: RIGHT } },
  ),
  change(
    'another type at both ends of a foreign key, uuid to text',
    [
      SELF({ type: 'uuid' }, { type: 'uuid', nullable: true }),
      SELF({ type: 'text' }, { type: 'text', nullable: true }),
    ],
    { rows: [[ID, null]], words: ANYHOW, typeorm: { postgres: ['fails'] } },
  ),
  change(
    'another action of a foreign key',
    [SELF({ type: 'integer' }, NUMBER), SELF({ type: 'integer' }, NUMBER, 'SET NULL')],
    { rows: PARENTS, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'another name of a table',
    [
      job({ a: TEXT }),
      [
        entity('task', {
          id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_job' },
          a: TEXT,
        }),
      ],
    ],
    {
      tableAfter: 'task',
      words: { renamedTables: ['job:task'] },
      typeorm: { postgres: ['fails'], sqlite: ['loses values', 'right'] },
    },
  ),
];

const PROPERTIES: readonly AccuracyCase[] = [
  change('another default', [job({ a: { ...NUMBER, default: 1 } }), job({ a: { ...NUMBER, default: 2 } })], {
    typeorm: { postgres: RIGHT, sqlite: RIGHT },
  }),
  change('a default that goes', [job({ a: { ...NUMBER, default: 1 } }), job({ a: NUMBER })], {
    typeorm: { postgres: RIGHT, sqlite: RIGHT },
  }),
  change('a comment of a column', [job({ a: NUMBER }), job({ a: { ...NUMBER, comment: "it's a number" } })], {
    typeorm: { postgres: RIGHT },
  }),
  change('numbers of a sequence that become an identity', [numbered('increment'), numbered('identity')], {
    typeorm: { postgres: ['misses it'] },
  }),
  change(
    'numeric(10,2) to numeric(12,4)',
    [
      job({ a: { type: 'numeric', precision: 10, scale: 2, nullable: true } }),
      job({ a: { type: 'numeric', precision: 12, scale: 4, nullable: true } }),
    ],
    {
      rows: [['1', '7.25']],
      rowsAfter: [['1', '7.2500']],
      words: ANYHOW,
      typeorm: { postgres: RIGHT },
    },
  ),
  change('another collation', [job({ a: TEXT }), job({ a: { ...TEXT, collation: 'C' } })], {
    words: ANYHOW,
    typeorm: { postgres: ['leaves it half done', 'leaves it half done'] },
  }),
  change(
    'an array of another type, varchar(9)[] to text[]',
    [
      job({ a: { type: 'varchar', length: 9, array: true, nullable: true } }),
      job({ a: { type: 'text', array: true, nullable: true } }),
    ],
    { rows: [['1', '{x,y}']], words: ANYHOW, typeorm: { postgres: ['loses values', 'loses values'] } },
  ),
  change(
    'a column that becomes required, with rows that have no value',
    [job({ a: NUMBER }), job({ a: { type: 'integer', default: 3 } })],
    {
      rows: [
        ['1', '7'],
        ['2', null],
      ],
      rowsAfter: [
        ['1', '7'],
        ['2', '3'],
      ],
      rowsBack: [
        ['1', '7'],
        ['2', '3'],
      ],
      words: { backfills: ['job.a=3'] },
      typeorm: { postgres: ['fails'], sqlite: ['fails'] },
    },
  ),
  change(
    'a column that need not have a value any more',
    [job({ a: { type: 'integer' } }), job({ a: NUMBER })],
    {
      typeorm: { postgres: RIGHT, sqlite: RIGHT },
    },
  ),
  change('a required column that goes', [job({ a: { type: 'integer' } }), job({})], {
    words: { drops: ['job.a'], backfills: ['job.a=0'] },
    columnsAfter: ['id'],
    rowsAfter: [['1'], ['2']],
    typeorm: { postgres: ['right', 'fails'], sqlite: ['right', 'fails'] },
  }),
];

const DOUBLED = (times: number): EntitySchemaColumnOptions => ({
  ...NUMBER,
  asExpression: `"a" * ${times}`,
  generatedType: 'STORED',
});
const EXCLUDED = (limit: number): Rest => ({
  exclusions: [{ name: 'ex_job', expression: `USING btree ("a" WITH =) WHERE ("id" > ${limit})` }],
});

const OTHERS: readonly AccuracyCase[] = [
  change(
    'another expression of a computed column',
    [job({ a: NUMBER, b: DOUBLED(2) }), job({ a: NUMBER, b: DOUBLED(3) })],
    {
      columnsAfter: ['id', 'a', 'b'],
      rowsAfter: [
        ['1', '7', '21'],
        ['2', '8', '24'],
      ],
      words: ANYHOW,
      typeorm: { postgres: RIGHT, sqlite: RIGHT },
    },
  ),
  change(
    'another condition of an exclusion constraint',
    [job({ a: NUMBER }, EXCLUDED(5)), job({ a: NUMBER }, EXCLUDED(7))],
    {
      words: ANYHOW,
      typeorm: { postgres: ['misses it'] },
    },
  ),
  change(
    'a new table in a new schema',
    [job({ a: NUMBER }), [...job({ a: NUMBER }), entity('entry', { note: TEXT }, { schema: 'audit' })]],
    { typeorm: { postgres: ['fails'] } },
  ),
  change('a new join table', [tagged(false), tagged(true)], { typeorm: { postgres: RIGHT, sqlite: RIGHT } }),
  change('a further child of a table with inheritance, with a column of its own', [pets(false), pets(true)], {
    columns: ['id', 'type'],
    rows: [['1', 'Cat']],
    typeorm: { postgres: RIGHT, sqlite: RIGHT },
  }),
];

/** Changes of every other kind of object. */
export const FURTHER_CASES: readonly AccuracyCase[] = [...VIEWS, ...ENUMS, ...KEYS, ...PROPERTIES, ...OTHERS];
