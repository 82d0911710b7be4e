import {
  ANYHOW,
  check,
  computed,
  index,
  job,
  LONG,
  NUMBER,
  verifyEach,
  RENAMED,
  REQUIRED,
  SHARED,
  STATES,
  table,
  TEXT,
  to,
  unique,
  type Case,
  type Columns,
} from './case.js';

const ENUM_USES = { ...index(['id'], `"state" = 'A'`), ...check(`"state" <> 'C' OR "id" IS NOT NULL`) };
const COMPUTED_NOW = { n: computed('length("note")'), note: TEXT };
const PAIR: Columns = { code: { type: 'varchar', length: 9, primary: true } };
const BOSS = { code: NUMBER, boss: NUMBER };

const CASES: readonly Case[] = [
  ['a unique constraint of the columns of the key', job({}), job({}, unique('id'))],
  [
    'a type and a default at once',
    job({ n: { type: 'text', default: 'none' } }),
    job({ n: { type: 'bigint', default: 0 } }),
    ANYHOW,
  ],
  [
    'a type and a default at once, the other way',
    job({ n: { type: 'bigint', default: 0 } }),
    job({ n: { type: 'text', default: 'none' } }),
    ANYHOW,
  ],
  [
    'a check of a column with another type',
    job({ 'say "hi"': NUMBER }, check('"say ""hi""" > 0 OR true')),
    job({ 'say "hi"': TEXT }, check('length("say ""hi""") >= 0 OR true')),
    ANYHOW,
  ],
  [
    'a partial index of a column with another type',
    job({ n: NUMBER }, index(['id'], '"n" > 0')),
    job({ n: TEXT }, index(['id'], `"n" <> 'x'`)),
    ANYHOW,
  ],
  [
    'a computed column of one with another type',
    job({ n: NUMBER, twice: computed('"n" * 2') }, index(['twice'])),
    job({ n: { type: 'bigint', nullable: true }, twice: computed('"n" * 2') }, index(['twice'])),
    ANYHOW,
  ],
  [
    'a computed column and what it is computed from',
    job({}),
    job({ a: computed('"b" + 1'), b: NUMBER }),
    ANYHOW,
  ],
  [
    'a computed column that goes with what it is computed from',
    job({ a: computed('"b" + 1'), b: NUMBER }),
    job({}),
    { drops: ['job.a', 'job.b'], ...ANYHOW },
  ],
  [
    'a computed column that is computed from another one, and the first one goes',
    job({ a: computed('"b" + 1'), b: NUMBER, c: NUMBER }),
    job({ a: computed('"c" + 1'), c: NUMBER }),
    { drops: ['job.b'], ...ANYHOW },
  ],
  [
    'a column that is computed from now on, and was required',
    job({ n: { type: 'integer', default: 3 }, note: TEXT }),
    job(COMPUTED_NOW),
    { drops: ['job.n'], backfills: ['job.n=1'], ...ANYHOW },
  ],
  [
    'names that change places',
    job({ a: NUMBER, b: TEXT }),
    job({ b: NUMBER, a: TEXT }),
    { renames: ['job.a:b', 'job.b:a'] },
  ],
  [
    'names that move on',
    job({ a: NUMBER, b: TEXT }),
    job({ b: NUMBER, c: TEXT }),
    { renames: ['job.a:b', 'job.b:c'] },
  ],
  [
    'another name and another type, with an index and a check',
    job({ a: NUMBER }, { ...index(['a']), ...check('"a" > 0 OR true') }),
    job({ b: TEXT }, { ...index(['b']), ...check(`"b" <> 'x' OR true`) }),
    { renames: ['job.a:b'], ...ANYHOW },
  ],
  [
    'a column that goes while an unlike one comes',
    job({ a: NUMBER }),
    job({ b: TEXT }),
    { drops: ['job.a'] },
  ],
  [
    'an enumerated column and a value of it',
    job({ state: STATES }),
    job({ mood: { ...STATES, enum: ['A', 'X', 'C'] } }),
    { renames: ['job.state:mood', 'job.state.B:X'] },
  ],
  [
    'a value that two columns share',
    job({ a: SHARED, b: SHARED }),
    job({ a: RENAMED, b: RENAMED }),
    { renames: ['job.a.B:X', 'job.b.B:X'] },
  ],
  [
    'a table of an enumerated column',
    table('job', { state: STATES }),
    table('task', { state: STATES }),
    { renamedTables: ['job:task'] },
  ],
  [
    'a value that goes, with a partial index and a check on the column',
    job({ state: STATES }, ENUM_USES),
    job({ state: { ...STATES, enum: ['A', 'C'] } }, ENUM_USES),
    ANYHOW,
  ],
  [
    'a value for rows that exist, in a column with spaces in its name',
    job({}),
    job({ 'a b': REQUIRED }),
    { backfills: ['job.a b=7'] },
  ],
  [
    'a value for rows that exist, in a column with quotes in its name',
    job({ 'say "hi"': NUMBER }),
    job({ 'say "hi"': REQUIRED }),
    { backfills: ['job.say "hi"=7'] },
  ],
  [
    'columns with dots in their names',
    job({ 'a.b': NUMBER }, index(['a.b'])),
    job({ 'a.b': REQUIRED }, unique('a.b', 'id')),
    { backfills: ['job.a.b=7'] },
  ],
  [
    'two required columns of a table with a long name',
    table(LONG, {}),
    table(LONG, { a: REQUIRED, b: REQUIRED }),
    { backfills: [`${LONG}.a=1`, `${LONG}.b=2`] },
  ],
  [
    'a required column that goes',
    job({ n: REQUIRED }),
    job({}),
    { drops: ['job.n'], backfills: ['job.n=1'] },
  ],
  [
    'a unique constraint that loses a column which goes',
    job({ a: NUMBER, b: NUMBER }, unique('a', 'b', 'id')),
    job({ b: NUMBER }, unique('b', 'id')),
    { drops: ['job.a'] },
  ],
  [
    'an index that loses a column which goes',
    job({ a: NUMBER, b: NUMBER }, index(['a', 'b'])),
    job({ b: NUMBER }, index(['b'])),
    { drops: ['job.a'] },
  ],
  [
    'a unique constraint that becomes an index of its name',
    job({ a: NUMBER }, { uniques: [{ name: 'ix', columns: ['a', 'id'] }] }),
    job({ a: NUMBER }, index(['a', 'id'], undefined, true)),
  ],
  [
    'a key that becomes composite',
    job({ ...PAIR, n: REQUIRED }),
    job({ ...PAIR, n: { type: 'integer', primary: true } }),
  ],
  [
    'a foreign key to a constraint that becomes an index',
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
    job(BOSS, { ...index(['code'], undefined, true), ...to('job', 'boss', 'code') }),
  ],
  [
    'a foreign key that goes with its key',
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
    job(BOSS),
  ],
  [
    'a foreign key that comes with its key',
    job(BOSS),
    job(BOSS, { ...unique('code'), ...to('job', 'boss', 'code') }),
  ],
  ['a foreign key of a column that is there', job(BOSS), job(BOSS, to('job', 'boss', 'id'))],
  [
    'a foreign key of a column that is there, to a new table',
    job(BOSS),
    [...job(BOSS, to('task', 'boss', 'id')), ...table('task', {})],
  ],
  [
    'a unique constraint of columns that are there',
    job({ n: NUMBER, on: { type: 'boolean', default: true } }),
    job({ n: NUMBER, on: { type: 'boolean', default: true } }, unique('on', 'n')),
  ],
  [
    'another name for an index of a column that is computed from now on',
    job({ n: NUMBER, note: TEXT }, index(['n'])),
    job(COMPUTED_NOW, { indices: [{ name: 'ix2', columns: ['n'] }] }),
    { drops: ['job.n'], ...ANYHOW },
  ],
  ['a check of a column that is there', job({ n: NUMBER }), job({ n: NUMBER }, check('"n" > 1000'))],
  [
    'a new table that refers to a new key',
    job({ code: NUMBER }),
    [...job({ code: NUMBER }, unique('code')), ...table('task', { job: NUMBER }, to('job', 'job', 'code'))],
  ],
];

describe('Generated revisions of single changes', () => verifyEach(CASES));
