import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { index, job, REQUIRED, table, to, KEY, TEXT, type Columns } from './case.js';
import { GROWN, RECOMPUTED, RETYPED, verifyKept } from './attached-case.js';
import { generateTogether, statementsOf, type Together } from './together.js';

const computed = (times: number): Columns => ({
  n: REQUIRED,
  g: { type: 'integer', asExpression: `n * ${times}`, generatedType: 'STORED' },
});
const IDENTIFIED: Together = {
  before: job(computed(2), index(['g'], undefined, true)),
  after: job(computed(3), index(['g'], undefined, true)),
};
const REPLICA = 'ALTER TABLE job REPLICA IDENTITY USING INDEX ix';
const referring = (type: 'integer' | 'text') => [
  ...table('own', { id: { type, primary: true } }),
  ...table('dep', { ...KEY, own: { type, nullable: true } }, to('own', 'own', 'id')),
];

verifyKept('What the model does not hold of an index or a constraint', [
  [
    'where the column of an index is computed in another way',
    RECOMPUTED,
    [
      'CREATE INDEX hand ON job (g) WITH (fillfactor = 70)',
      `COMMENT ON INDEX hand IS 'mine'`,
      'ALTER TABLE job CLUSTER ON hand',
    ],
  ],
  [
    'where an exclusion constraint reads a column that is computed in another way',
    RECOMPUTED,
    [
      'ALTER TABLE job ADD CONSTRAINT hand EXCLUDE USING btree (id WITH =) WHERE (g IS NOT NULL)',
      `COMMENT ON CONSTRAINT hand ON job IS 'mine'`,
      'ALTER TABLE job ADD CONSTRAINT over EXCLUDE USING btree (id WITH =, g WITH =)',
    ],
  ],
  [
    'where a statistics object is set aside beside an index over the column with another type',
    RETYPED,
    [
      'CREATE INDEX hand ON job ((n IS NULL)) WHERE n > 0',
      `COMMENT ON INDEX hand IS 'mine'`,
      'CREATE STATISTICS st (ndistinct) ON n, other FROM job',
    ],
  ],
  [
    'where a type gets one more value',
    GROWN,
    [
      `CREATE INDEX hand ON job (id) WITH (fillfactor = 60) WHERE st = 'a'`,
      `COMMENT ON INDEX hand IS 'mine'`,
      `ALTER TABLE job ADD CONSTRAINT ck CHECK (st <> 'b')`,
      `COMMENT ON CONSTRAINT ck ON job IS 'mine too'`,
    ],
  ],
  [
    'where the columns of a foreign key get another type',
    { before: referring('integer'), after: referring('text') },
    [`COMMENT ON CONSTRAINT fk ON dep IS 'mine'`],
  ],
  ['where the index is the replica identity', IDENTIFIED, [REPLICA]],
]);

describe('A replica identity whose index is replaced (PostgreSQL)', function () {
  this.timeout(120_000);

  it('Whole rows identify what is replicated until the index is there again', async () => {
    const history = await generateTogether({ ...IDENTIFIED, byHand: [REPLICA] });
    for (const direction of ['up', 'down'] as const)
      expect(
        statementsOf(history, direction)
          .filter((sql) => /REPLICA|INDEX/.test(sql))
          .map((sql) => sql.replace(/ (IF|ON) .*/, '')),
      ).to.deep.equal([
        'ALTER TABLE "job" REPLICA IDENTITY FULL',
        'DROP INDEX CONCURRENTLY',
        'CREATE UNIQUE INDEX CONCURRENTLY',
        'ALTER TABLE "job" REPLICA IDENTITY USING INDEX "ix"',
      ]);
  });

  it('Generating refuses an index that may no longer identify rows', async () => {
    const unique = index(['n'], undefined, true);
    const error: unknown = await generateTogether({
      before: job({ n: REQUIRED, note: TEXT }, unique),
      after: job({ n: REQUIRED, note: TEXT }, index(['n'])),
      byHand: [REPLICA],
    }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(DependentsLostError);
    expect((error as DependentsLostError).lines[1]).to.equal(
      'replica identity of job: the index ix is dropped or no longer identifies rows, and job needs another one first: ALTER TABLE ... REPLICA IDENTITY.',
    );
  });
});
