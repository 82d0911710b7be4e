import type { EntitySchemaColumnOptions } from 'typeorm';
import { IS_TYPEORM_1 } from '../../../support/typeorm-version.js';
import type { Rest } from '../../drift/no-false-alarm-database.js';
import { materialized, view } from '../view-world.js';
import type { AccuracyCase } from './cases.js';
import { ANYHOW, change, job, NUMBER, RIGHT, type Given } from './change.js';

const HEAVY = view('heavy', 'SELECT "id" FROM "job" WHERE "a" > 5');
const STORED = (limit: number) =>
  materialized('stored', `SELECT "id", "a" FROM "job" WHERE "a" > ${limit}`, { columns: ['id', 'a'] });

/** Changes of views, and of what they read. */
export const VIEWS: readonly AccuracyCase[] = [
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
    { words: ANYHOW, typeorm: { postgres: ['fails'], sqlite: ['fails'] } },
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
    { typeorm: { postgres: ['right', 'leaves it half done'] } },
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

/** Changes of enumerated types, and of what uses them. */
export const ENUMS: readonly AccuracyCase[] = [
  change(
    'one more value of an enumerated type under a check and a partial index',
    [job({ state: STATE }, USED), job({ state: { ...STATE, enum: ['A', 'B', 'X', 'C'] } }, USED)],
    {
      ...STATES,
      typeorm: { postgres: IS_TYPEORM_1 ? ['leaves it half done', 'fails'] : ['fails'], sqlite: RIGHT },
    },
  ),
  change(
    'one value less of an enumerated type under a check and a partial index',
    [job({ state: STATE }, USED), job({ state: { ...STATE, enum: ['A', 'B'] } }, USED)],
    { ...STATES, words: ANYHOW, typeorm: { postgres: ['fails'], sqlite: RIGHT } },
  ),
  change(
    'another order of the values of an enumerated type',
    [job({ state: STATE }), job({ state: { ...STATE, enum: ['C', 'B', 'A'] } })],
    { ...STATES, words: ANYHOW, typeorm: { postgres: ['misses it'], sqlite: ['misses it'] } },
  ),
  change(
    'one value less of an enumerated type from which a column is computed',
    [job({ state: STATE, word: WORD(1) }), job({ state: { ...STATE, enum: ['A', 'B'] }, word: WORD(1) })],
    { ...STATES, words: ANYHOW, typeorm: { postgres: ['fails'], sqlite: RIGHT } },
  ),
];
