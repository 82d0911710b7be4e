import type { EntitySchemaColumnOptions } from 'typeorm';
import {
  NO_CONFIRMATIONS,
  type ConfirmationOptions,
} from '../../../../src/generate/confirm/confirmations.js';
import { entity, type Rest } from '../../drift/no-false-alarm-database.js';
import type { Entities } from '../property/run.js';
import { materialized, view } from '../view-world.js';
import type { AccuracyCase, Row } from './cases.js';
import { commentedBy, numbered, pets, tagged } from './further-entities.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

const NUMBER: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
const TEXT: EntitySchemaColumnOptions = { type: 'varchar', length: 50, nullable: true };
const ROWS: readonly Row[] = [
  ['1', '7'],
  ['2', '8'],
];
const ANYHOW = { allowRewrite: true };
const RIGHT = ['right', 'right'] as const;

function job(columns: Columns, rest: Rest = {}): Entities {
  const id = { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_job' } as const;
  return [entity('job', { id, ...columns }, { tableName: 'job', ...rest })];
}

interface Given {
  readonly typeorm: AccuracyCase['typeorm'];
  readonly words?: Partial<ConfirmationOptions>;
  readonly columns?: readonly string[];
  readonly rows?: readonly Row[];
  readonly columnsAfter?: readonly string[];
  readonly rowsAfter?: readonly Row[];
  readonly tableAfter?: string;
}

/** A change of the table `job`, whose rows have `id` and `a` unless specified otherwise. */
function change(what: string, [before, after]: readonly [Entities, Entities], given: Given): AccuracyCase {
  const { columns = ['id', 'a'], rows = ROWS, typeorm } = given;
  const { columnsAfter = columns, rowsAfter = rows, tableAfter = 'job' } = given;
  const words = { ...NO_CONFIRMATIONS, ...given.words };
  return { what, before, after, words, columns, rows, columnsAfter, rowsAfter, tableAfter, typeorm };
}

const HEAVY = view('heavy', 'SELECT "id" FROM "job" WHERE "a" > 5');
const STORED = (limit: number) =>
  materialized('stored', `SELECT "id", "a" FROM "job" WHERE "a" > ${limit}`, { columns: ['id', 'a'] });

const VIEWS: readonly AccuracyCase[] = [
  change('a new view', [job({ a: NUMBER }), [...job({ a: NUMBER }), HEAVY]], {
    typeorm: { postgres: RIGHT, sqlite: RIGHT },
  }),
  change(
    'another condition of a view',
    [
      [...job({ a: NUMBER }), HEAVY],
      [...job({ a: NUMBER }), view('heavy', 'SELECT "id" FROM "job" WHERE "a" > 7')],
    ],
    { typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'another type of a column that a view reads',
    [
      [...job({ a: NUMBER }), HEAVY],
      [...job({ a: { type: 'bigint', nullable: true } }), HEAVY],
    ],
    { words: ANYHOW, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'a column that goes, and a view that no longer reads it',
    [
      [
        ...job({ a: NUMBER, b: NUMBER }),
        view('shown', 'SELECT "id", "b" FROM "job"', { columns: { id: NUMBER, b: NUMBER } }),
      ],
      [...job({ a: NUMBER }), view('shown', 'SELECT "id" FROM "job"')],
    ],
    { words: { drops: ['job.b'] }, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'another condition of a materialized view with an index',
    [
      [...job({ a: NUMBER }), STORED(5)],
      [...job({ a: NUMBER }), STORED(7)],
    ],
    {
      typeorm: { postgres: RIGHT },
    },
  ),
];

const STATE = { type: 'simple-enum', enum: ['A', 'B', 'C'], default: 'A' } as const;
const STATES: Pick<Given, 'columns' | 'rows'> = {
  columns: ['id', 'state'],
  rows: [
    ['1', 'A'],
    ['2', 'B'],
  ],
};
const USED: Rest = {
  checks: [{ name: 'ck_job', expression: `"state" <> 'A' OR "id" > 0` }],
  indices: [{ name: 'ix_job', columns: ['id'], where: `"state" = 'A'` }],
};
const WORD = (first: number): EntitySchemaColumnOptions => ({
  ...NUMBER,
  asExpression: `CASE WHEN "state" = 'A' THEN ${first} ELSE 3 END`,
  generatedType: 'STORED',
});

const ENUMS: readonly AccuracyCase[] = [
  change(
    'one more value of an enumerated type under a check and a partial index',
    [job({ state: STATE }, USED), job({ state: { ...STATE, enum: ['A', 'B', 'X', 'C'] } }, USED)],
    { ...STATES, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'one value less of an enumerated type under a check and a partial index',
    [job({ state: STATE }, USED), job({ state: { ...STATE, enum: ['A', 'B'] } }, USED)],
    { ...STATES, words: ANYHOW, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'another order of the values of an enumerated type',
    [job({ state: STATE }), job({ state: { ...STATE, enum: ['C', 'B', 'A'] } })],
    { ...STATES, words: ANYHOW, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'one value less of an enumerated type from which a column is computed',
    [job({ state: STATE, word: WORD(1) }), job({ state: { ...STATE, enum: ['A', 'B'] }, word: WORD(1) })],
    { ...STATES, words: ANYHOW, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
];

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
    { rows: PARENTS, words: ANYHOW, typeorm: { postgres: RIGHT, sqlite: RIGHT } },
  ),
  change(
    'another type at both ends of a foreign key, uuid to text',
    [
      SELF({ type: 'uuid' }, { type: 'uuid', nullable: true }),
      SELF({ type: 'text' }, { type: 'text', nullable: true }),
    ],
    { rows: [[ID, null]], words: ANYHOW, typeorm: { postgres: RIGHT } },
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
      typeorm: { postgres: RIGHT, sqlite: RIGHT },
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
  change('a comment of a table', [commentedBy(undefined), commentedBy("it's a job")], {
    typeorm: { postgres: RIGHT },
  }),
  change('numbers of a sequence that become an identity', [numbered('increment'), numbered('identity')], {
    typeorm: { postgres: RIGHT },
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
    typeorm: { postgres: RIGHT },
  }),
  change(
    'an array of another type, varchar(9)[] to text[]',
    [
      job({ a: { type: 'varchar', length: 9, array: true, nullable: true } }),
      job({ a: { type: 'text', array: true, nullable: true } }),
    ],
    { rows: [['1', '{x,y}']], words: ANYHOW, typeorm: { postgres: RIGHT } },
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
      words: { backfills: ['job.a=3'] },
      typeorm: { postgres: RIGHT, sqlite: RIGHT },
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
    typeorm: { postgres: RIGHT, sqlite: RIGHT },
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
      typeorm: { postgres: RIGHT },
    },
  ),
  change(
    'a new table in a new schema',
    [job({ a: NUMBER }), [...job({ a: NUMBER }), entity('entry', { note: TEXT }, { schema: 'audit' })]],
    { typeorm: { postgres: RIGHT } },
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
