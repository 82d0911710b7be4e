import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { job, NUMBER, TEXT } from './case.js';
import { FUNCTION, GROWN, RETYPED, SHRUNK } from './attached-case.js';
import { generateTogether, type Together } from './together.js';

const DROPPED: Together = {
  before: job({ n: NUMBER, other: NUMBER }),
  after: job({ other: NUMBER }),
  words: { drops: ['job.n'] },
};
const FILE = '(created in 1700000000500-ByHand.ts)';
const NOT_EXACT = 'generate cannot create it again exactly';
const REFUSED = 'PostgreSQL refuses to create it again';

const CASES: readonly (readonly [what: string, given: Together, byHand: readonly string[], line: string])[] =
  [
    [
      'a policy that compares with the former type',
      { before: job({ n: NUMBER }), after: job({ n: TEXT }) },
      ['CREATE POLICY po ON job USING (n > 3)'],
      `policy po of job ${FILE}: job.n gets another type, and ${REFUSED}: operator does not exist: text > integer. No operator matches the given name and argument types. You might need to add explicit type casts.`,
    ],
    [
      'a policy with a value that goes',
      SHRUNK,
      [`CREATE POLICY po ON job USING (st = 'c')`],
      `policy po of job ${FILE}: \`up\` creates the type job_st_enum again, and ${REFUSED}: invalid input value for enum job_st_enum: "c".`,
    ],
    [
      'a trigger for a column that goes',
      DROPPED,
      [FUNCTION, 'CREATE TRIGGER tr BEFORE UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION noted()'],
      `trigger tr of job ${FILE}: job.n is dropped, and it needs this column.`,
    ],
    [
      'a table in a publication with a column that goes',
      DROPPED,
      ['CREATE PUBLICATION pub FOR TABLE job (id, n)'],
      `publication pub of job ${FILE}: job.n is dropped, and it needs this column.`,
    ],
    [
      'a function that uses a column',
      RETYPED,
      ['CREATE FUNCTION most() RETURNS bigint BEGIN ATOMIC SELECT max(n) FROM job; END'],
      `function most ${FILE}: job.n gets another type, and ${NOT_EXACT}.`,
    ],
    [
      'a function of a type',
      GROWN,
      [`CREATE FUNCTION known(job_st_enum) RETURNS integer LANGUAGE sql AS 'SELECT 1'`],
      `function known ${FILE}: \`down\` creates the type job_st_enum again, and ${NOT_EXACT}.`,
    ],
  ];

describe('An object that a change would lose (PostgreSQL)', function () {
  this.timeout(120_000);

  for (const [what, given, byHand, line] of CASES)
    it(`Generating refuses, with its name and before anything is verified, ${what}`, async () => {
      const error: unknown = await generateTogether({ ...given, byHand }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(DependentsLostError);
      expect((error as DependentsLostError).lines[1]).to.equal(line);
    });
});
