import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { job, NUMBER, table, TEXT } from './case.js';
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

/** The whole table goes. */
const GONE: Together = {
  before: [...job({ n: NUMBER }), ...table('other', { n: NUMBER })],
  after: table('other', { n: NUMBER }),
  words: { drops: ['job'] },
};
const key = (type: 'integer' | 'bigint') =>
  job({ n: { type, primary: true, primaryKeyConstraintName: 'pk' } });
const PARTITIONED = [
  'DROP TABLE job',
  'CREATE TABLE job (n integer NOT NULL, CONSTRAINT pk PRIMARY KEY (n)) PARTITION BY RANGE (n)',
];

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
    [
      'a partition key',
      { before: key('integer'), after: key('bigint') },
      PARTITIONED,
      'partition key RANGE (n) of job: job.n gets another type, and PostgreSQL refuses that: a revision of your own has to create the table again.',
    ],
    [
      'a partitioned table that is dropped',
      { ...GONE, before: [...key('integer'), ...table('other', { n: NUMBER })] },
      PARTITIONED,
      'partition key RANGE (n) of job: job is dropped, and `down` cannot create it again: drop the table in a revision of your own.',
    ],
    [
      'a table that inherits, and is dropped',
      GONE,
      ['CREATE TABLE par (n integer)', 'ALTER TABLE job INHERIT par'],
      `inheritance from par of job: job is dropped, and ${NOT_EXACT}.`,
    ],
    [
      'a sequence of a table that is dropped',
      GONE,
      ['CREATE SEQUENCE sq OWNED BY job.n'],
      `sequence sq of job: job is dropped, and ${NOT_EXACT}.`,
    ],
    [
      'a function with rows of a table that is dropped',
      GONE,
      [`CREATE FUNCTION many(job) RETURNS integer LANGUAGE sql AS 'SELECT 1'`],
      `function many ${FILE}: job is dropped, and it needs this table.`,
    ],
    [
      'a foreign key of a table without an entity to one that is dropped',
      GONE,
      ['CREATE TABLE kid (id integer CONSTRAINT fk_kid REFERENCES job (id))'],
      'foreign key fk_kid of kid: job is dropped, and it needs this table.',
    ],
    [
      'a policy of another table that reads one that is dropped',
      GONE,
      ['CREATE POLICY po ON other USING (n IN (SELECT n FROM job))'],
      `policy po of other ${FILE}: job is dropped, and it needs this table.`,
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
