import type { EntitySchemaColumnOptions } from 'typeorm';
import {
  NO_CONFIRMATIONS,
  type ConfirmationOptions,
} from '../../../../src/generate/confirm/confirmations.js';
import type { DialectName } from '../../../../src/databases/registry.js';
import { entity, type Rest } from '../../drift/no-false-alarm-database.js';
import type { Entities } from '../property/run.js';
import { FURTHER_CASES } from './further-cases.js';
import type { Verdict } from './outcome.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

/** A row as text, column by column. */
export type Row = readonly (string | null)[];

/** The outcome of a change, up and down. */
export type Ways = readonly [up: Verdict, down?: Verdict];

/** Entities before and after, and rows that show whether the change between them is right. */
export interface AccuracyCase {
  readonly what: string;
  readonly before: Entities;
  readonly after: Entities;
  /** The confirmations for our generator. TypeORM's generator accepts none. */
  readonly words: ConfirmationOptions;
  /** Columns of the table `job` that are filled before, and their values. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Columns to read after it, and their expected values. */
  readonly columnsAfter: readonly string[];
  readonly rowsAfter: readonly Row[];
  /** The values after `down` where they are others than at first. */
  readonly rowsBack?: readonly Row[];
  /** The name of that table after it, where it has another one. */
  readonly tableAfter?: string;
  /** The outcome of TypeORM's generator, on each database that has the feature. */
  readonly typeorm: Readonly<Partial<Record<DialectName, Ways>>>;
}

/** The databases of a case. */
export function dialectsOf({ typeorm }: AccuracyCase): readonly DialectName[] {
  return Object.keys(typeorm) as readonly DialectName[];
}

const IN_PLACE: AccuracyCase['typeorm'] = {
  postgres: ['loses values', 'loses values'],
  sqlite: ['right', 'right'],
};
const LOST: AccuracyCase['typeorm'] = {
  postgres: ['loses values', 'loses values'],
  sqlite: ['loses values', 'loses values'],
};
const MISSED: AccuracyCase['typeorm'] = { postgres: ['misses it'], sqlite: ['misses it'] };
const TEXT: EntitySchemaColumnOptions = { type: 'varchar', length: 50, nullable: true };
const NUMBER: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
const STATE = { type: 'simple-enum', enum: ['A', 'B'], default: 'A' } as const;
const ROWS: readonly Row[] = [
  ['1', '7'],
  ['2', '8'],
];

function job(columns: Columns, rest: Rest = {}): Entities {
  return [
    entity('job', { id: { type: 'integer', primary: true }, ...columns }, { tableName: 'job', ...rest }),
  ];
}

/** Parts with a name, on which the rows of both sides are the same. */
function ofParts(what: string, before: Rest, after: Rest): AccuracyCase {
  const columns = { a: NUMBER, b: NUMBER };
  return {
    what,
    before: job(columns, before),
    after: job(columns, after),
    words: NO_CONFIRMATIONS,
    typeorm: MISSED,
    ...same(
      ['id', 'a', 'b'],
      [
        ['1', '7', '70'],
        ['2', '8', '80'],
      ],
    ),
  };
}

/** A column that is dropped while an unrelated one is added. */
function replaced(
  how: string,
  [password, nickname]: readonly [EntitySchemaColumnOptions, EntitySchemaColumnOptions],
  typeorm: AccuracyCase['typeorm'],
): AccuracyCase {
  return {
    what: `a column that is dropped while another, ${how} one is added`,
    before: job({ password }),
    after: job({ nickname }),
    words: { ...NO_CONFIRMATIONS, drops: ['job.password'] },
    columns: ['id', 'password'],
    rows: ROWS,
    columnsAfter: ['id', 'nickname'],
    rowsAfter: [
      ['1', null],
      ['2', null],
    ],
    typeorm,
  };
}

function same(
  columns: readonly string[],
  rows: readonly Row[],
): Pick<AccuracyCase, 'columns' | 'rows' | 'columnsAfter' | 'rowsAfter'> {
  return { columns, rows, columnsAfter: columns, rowsAfter: rows };
}

function index(columns: string[], where?: string): Rest {
  return { indices: [{ name: 'ix_job', columns, ...(where === undefined ? {} : { where }) }] };
}

/** Changes in which a generator may lose data or be wrong. */
export const ACCURACY_CASES: readonly AccuracyCase[] = [
  {
    what: 'another length, varchar(50) to varchar(100)',
    before: job({ a: TEXT }),
    after: job({ a: { ...TEXT, length: 100 } }),
    words: NO_CONFIRMATIONS,
    ...same(['id', 'a'], ROWS),
    typeorm: IN_PLACE,
  },
  {
    what: 'another type, integer to bigint',
    before: job({ a: NUMBER }),
    after: job({ a: { type: 'bigint', nullable: true } }),
    words: { ...NO_CONFIRMATIONS, allowRewrite: true },
    ...same(['id', 'a'], ROWS),
    typeorm: IN_PLACE,
  },
  {
    what: 'another name',
    before: job({ a: TEXT }),
    after: job({ x: TEXT }),
    words: { ...NO_CONFIRMATIONS, renames: ['job.a:x'] },
    ...same(['id', 'a'], ROWS),
    columnsAfter: ['id', 'x'],
    typeorm: { postgres: ['right', 'right'], sqlite: ['right', 'right'] },
  },
  {
    what: 'another name and another length',
    before: job({ a: TEXT }),
    after: job({ x: { ...TEXT, length: 100 } }),
    words: { ...NO_CONFIRMATIONS, renames: ['job.a:x'] },
    ...same(['id', 'a'], ROWS),
    columnsAfter: ['id', 'x'],
    typeorm: IN_PLACE,
  },
  {
    what: 'two other names',
    before: job({ a: TEXT, b: TEXT }),
    after: job({ x: TEXT, y: TEXT }),
    words: { ...NO_CONFIRMATIONS, renames: ['job.a:x', 'job.b:y'] },
    ...same(
      ['id', 'a', 'b'],
      [
        ['1', '7', '70'],
        ['2', '8', '80'],
      ],
    ),
    columnsAfter: ['id', 'x', 'y'],
    typeorm: LOST,
  },
  replaced('like', [TEXT, TEXT], {
    postgres: ['mixes up columns', 'right'],
    sqlite: ['mixes up columns', 'right'],
  }),
  replaced('unlike', [NUMBER, TEXT], { postgres: ['right', 'right'], sqlite: ['mixes up columns', 'right'] }),
  ofParts(
    'another condition of a check',
    { checks: [{ name: 'ck_job', expression: '"a" > 0' }] },
    { checks: [{ name: 'ck_job', expression: '"a" > 5' }] },
  ),
  ofParts('another condition of a partial index', index(['a'], '"a" > 0'), index(['a'], '"a" > 5')),
  ofParts('another order of the columns of an index', index(['a', 'b']), index(['b', 'a'])),
  ofParts(
    'another order of the columns of a unique constraint',
    { uniques: [{ name: 'uq_job', columns: ['a', 'b'] }] },
    { uniques: [{ name: 'uq_job', columns: ['b', 'a'] }] },
  ),
  {
    what: 'another name of an enumerated value that rows have',
    before: job({ state: STATE }),
    after: job({ state: { ...STATE, enum: ['A', 'X'] } }),
    words: { ...NO_CONFIRMATIONS, renames: ['job.state.B:X'] },
    ...same(
      ['id', 'state'],
      [
        ['1', 'A'],
        ['2', 'B'],
      ],
    ),
    rowsAfter: [
      ['1', 'A'],
      ['2', 'X'],
    ],
    typeorm: { postgres: ['fails'], sqlite: ['fails'] },
  },
  ...FURTHER_CASES,
];
