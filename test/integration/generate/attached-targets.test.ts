import { expect } from 'chai';
import { GROWN, RECOMPUTED, RETYPED, SHRUNK, state, verifyKept } from './attached-case.js';
import { ANYHOW, job, type Columns } from './case.js';
import { runTogether, type Together } from './together.js';

const OF_STATES = [
  `CREATE INDEX hand ON job ((st = 'a'), id, (st <> 'b'))`,
  'ALTER INDEX hand ALTER COLUMN 1 SET STATISTICS 91, ALTER COLUMN 3 SET STATISTICS 12',
];
const OF_NUMBERS = [
  'CREATE INDEX hand ON job (id, (n + 1))',
  'ALTER INDEX hand ALTER COLUMN 2 SET STATISTICS 91',
];
const OF_COMPUTED = [
  'CREATE INDEX hand ON job ((g + 1))',
  'ALTER INDEX hand ALTER COLUMN 1 SET STATISTICS 91',
];
const EXCLUDING = [
  'ALTER TABLE job ADD CONSTRAINT hand EXCLUDE USING btree (id WITH =, (n + 1) WITH =)',
  'ALTER INDEX hand ALTER COLUMN 2 SET STATISTICS 91',
];

const EXCLUDING_WHERE = [
  'ALTER TABLE job ADD CONSTRAINT hand EXCLUDE USING btree ((id + 1) WITH =) WHERE (n > 0)',
  'ALTER INDEX hand ALTER COLUMN 1 SET STATISTICS 91',
];
const WHERE = [
  'CREATE INDEX hand ON job (id, (id + 1)) WHERE n > 0',
  'ALTER INDEX hand ALTER COLUMN 2 SET STATISTICS 91',
];
const OF_COLUMNS = [
  'ALTER TABLE job ALTER n SET STATISTICS 77',
  'ALTER TABLE job ALTER n SET (n_distinct = 5, n_distinct_inherited = -0.5)',
];
/** Zero is a target as well: no statistics at all. */
const NONE = [
  'CREATE INDEX hand ON job ((n + 1))',
  'ALTER INDEX hand ALTER COLUMN 1 SET STATISTICS 0',
  'ALTER TABLE job ALTER n SET STATISTICS 0',
];

const priced = (scale: number): Columns => ({ n: { type: 'numeric', precision: 10, scale, nullable: true } });
/** Of the same kind: PostgreSQL itself builds the index again. */
const RESCALED: Together = { before: job(priced(2)), after: job(priced(4)) };
const RENAMED: Together = {
  before: job(priced(2)),
  after: job({ m: { type: 'numeric', precision: 10, scale: 4, nullable: true } }),
  words: { ...ANYHOW, renames: ['job.n:m'] },
};
const REORDERED: Together = { before: job(state('a', 'b')), after: job(state('b', 'a')) };

verifyKept('The statistics target of an expression of an index', [
  ['where a type gets one more value', GROWN, OF_STATES],
  ['where a type loses a value', SHRUNK, OF_STATES],
  ['where a type gets another order', REORDERED, OF_STATES],
  ['where a column gets a type of another kind', RETYPED, OF_NUMBERS],
  ['where a column gets another scale', RESCALED, OF_NUMBERS],
  ['where an exclusion constraint has it', RETYPED, EXCLUDING],
  ['where an exclusion constraint has it and a column gets another scale', RESCALED, EXCLUDING],
  ['where the condition of an exclusion constraint reads a column of another kind', RETYPED, EXCLUDING_WHERE],
  [
    'where the condition of an exclusion constraint reads a column of another scale',
    RESCALED,
    EXCLUDING_WHERE,
  ],
  ['where the condition of an index reads a column of another kind', RETYPED, WHERE],
  ['where the condition of an index reads a column of another scale', RESCALED, WHERE],
  ['where a column is computed in another way', RECOMPUTED, OF_COMPUTED],
  ['where it is zero', RETYPED, NONE],
]);

verifyKept('The statistics target of a column', [
  ['where it gets a type of another kind', RETYPED, OF_COLUMNS],
  ['where it gets another scale', RESCALED, OF_COLUMNS],
  [
    'where it is computed in another way',
    RECOMPUTED,
    ['ALTER TABLE job ALTER g SET STATISTICS 0', 'ALTER TABLE job ALTER n SET STATISTICS 55'],
  ],
  ['where its enumerated type loses a value', SHRUNK, ['ALTER TABLE job ALTER st SET STATISTICS 12']],
]);

describe('The statistics target of an expression of an index beside a renamed column (PostgreSQL)', function () {
  this.timeout(120_000);

  it('The statistics target of an expression of an index stays where a column gets a name and a scale', async () => {
    expect(await runTogether({ ...RENAMED, byHand: OF_NUMBERS })).to.deep.equal([
      'gone: index CREATE INDEX hand ON public.job USING btree (id, ((n + (1)::numeric))) key 2 target 91',
      'new: index CREATE INDEX hand ON public.job USING btree (id, ((m + (1)::numeric))) key 2 target 91',
    ]);
  });
});
