import { job, NUMBER, table, TEXT } from './case.js';
import { FUNCTION, GROWN, RETYPED, SHRUNK } from './attached-case.js';
import type { Together } from './together.js';

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

/** A change that an object of a revision written by hand stands against. */
export interface LostCase {
  readonly what: string;
  readonly given: Together;
  readonly byHand: readonly string[];
  /** The line of the refusal. */
  readonly line: string;
  /** The revision of one's own that the refusal advises. */
  readonly out: readonly string[];
  /** Whether it advises to leave out --drop. */
  readonly withoutDrop?: true;
  /** The further revision, after the change; empty where nothing can be created again. */
  readonly again: readonly string[];
}

/** The kinds of such objects. */
export const LOST: readonly LostCase[] = [
  {
    what: 'a policy that compares with the former type',
    given: { before: job({ n: NUMBER }), after: job({ n: TEXT }) },
    byHand: ['CREATE POLICY po ON job USING (n > 3)'],
    line: `policy po of job ${FILE}: job.n gets another type, and ${REFUSED}: operator does not exist: text > integer. No operator matches the given name and argument types. You might need to add explicit type casts.`,
    out: ['DROP POLICY po ON job'],
    again: ["CREATE POLICY po ON job USING (n > '3')"],
  },
  {
    what: 'a publication with two columns of another type, of which its condition compares one',
    given: {
      before: job({ big: NUMBER, n: NUMBER }),
      after: job({ big: { type: 'bigint', nullable: true }, n: TEXT }),
    },
    byHand: [`CREATE PUBLICATION pub FOR TABLE job (id, big, n) WHERE (n > 3) WITH (publish = 'insert')`],
    line: `publication pub of job ${FILE}: job.n gets another type, and ${REFUSED}: operator does not exist: text > integer. No operator matches the given name and argument types. You might need to add explicit type casts.`,
    out: ['DROP PUBLICATION pub'],
    again: [`CREATE PUBLICATION pub FOR TABLE job (id, big, n) WHERE (n > '3') WITH (publish = 'insert')`],
  },
  {
    what: 'a policy with a value that goes',
    given: SHRUNK,
    byHand: [`CREATE POLICY po ON job USING (st = 'c')`],
    line: `policy po of job ${FILE}: \`up\` creates the type job_st_enum again, and ${REFUSED}: invalid input value for enum job_st_enum: "c".`,
    out: ['DROP POLICY po ON job'],
    again: [`CREATE POLICY po ON job USING (st = 'b')`],
  },
  {
    what: 'a trigger for a column that goes',
    given: DROPPED,
    byHand: [FUNCTION, 'CREATE TRIGGER tr BEFORE UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION noted()'],
    line: `trigger tr of job ${FILE}: job.n is dropped, and it needs this column.`,
    out: ['DROP TRIGGER tr ON job'],
    again: ['CREATE TRIGGER tr BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION noted()'],
  },
  {
    what: 'a table in a publication with a column that goes',
    given: DROPPED,
    byHand: ['CREATE PUBLICATION pub FOR TABLE job (id, n)'],
    line: `publication pub of job ${FILE}: job.n is dropped, and it needs this column.`,
    out: ['DROP PUBLICATION pub'],
    again: ['CREATE PUBLICATION pub FOR TABLE job (id)'],
  },
  {
    what: 'a function that uses a column',
    given: RETYPED,
    byHand: ['CREATE FUNCTION most() RETURNS bigint BEGIN ATOMIC SELECT max(n) FROM job; END'],
    line: `function most ${FILE}: job.n gets another type, and ${NOT_EXACT}.`,
    out: ['DROP FUNCTION most'],
    again: ['CREATE FUNCTION most() RETURNS bigint BEGIN ATOMIC SELECT max(n) FROM job; END'],
  },
  {
    what: 'a function of a type',
    given: GROWN,
    byHand: [`CREATE FUNCTION known(job_st_enum) RETURNS integer LANGUAGE sql AS 'SELECT 1'`],
    line: `function known ${FILE}: \`down\` creates the type job_st_enum again, and ${NOT_EXACT}.`,
    out: ['DROP FUNCTION known'],
    again: [`CREATE FUNCTION known(job_st_enum) RETURNS integer LANGUAGE sql AS 'SELECT 1'`],
  },
  {
    what: 'a partition key',
    given: { before: key('integer'), after: key('bigint') },
    byHand: PARTITIONED,
    line: 'partition key RANGE (n) of job: job.n gets another type, and PostgreSQL refuses that: a revision of your own has to create the table again.',
    out: [
      'DROP TABLE job',
      'CREATE TABLE job (n bigint NOT NULL, CONSTRAINT pk PRIMARY KEY (n)) PARTITION BY RANGE (n)',
    ],
    again: [],
  },
  {
    what: 'a partitioned table that is dropped',
    given: { ...GONE, before: [...key('integer'), ...table('other', { n: NUMBER })] },
    byHand: PARTITIONED,
    line: 'partition key RANGE (n) of job: job is dropped, and `down` cannot create it again: drop the table in a revision of your own, and leave out --drop job.',
    withoutDrop: true,
    out: ['DROP TABLE job'],
    again: [],
  },
  {
    what: 'a table that inherits, and is dropped',
    given: GONE,
    byHand: ['CREATE TABLE par (n integer)', 'ALTER TABLE job INHERIT par'],
    line: `inheritance from par of job: job is dropped, and ${NOT_EXACT}.`,
    out: ['ALTER TABLE job NO INHERIT par'],
    again: [],
  },
  {
    what: 'a sequence of a table that is dropped',
    given: GONE,
    byHand: ['CREATE SEQUENCE sq OWNED BY job.n'],
    line: `sequence sq of job: job is dropped, and ${NOT_EXACT}.`,
    out: ['DROP SEQUENCE sq'],
    again: ['CREATE SEQUENCE sq'],
  },
  {
    what: 'a function with rows of a table that is dropped',
    given: GONE,
    byHand: [`CREATE FUNCTION many(job) RETURNS integer LANGUAGE sql AS 'SELECT 1'`],
    line: `function many ${FILE}: job is dropped, and it needs this table.`,
    out: ['DROP FUNCTION many'],
    again: [],
  },
  {
    what: 'a foreign key of a table without an entity to one that is dropped',
    given: GONE,
    byHand: ['CREATE TABLE kid (id integer CONSTRAINT fk_kid REFERENCES job (id))'],
    line: 'foreign key fk_kid of kid: job is dropped, and it needs this table.',
    out: ['ALTER TABLE kid DROP CONSTRAINT fk_kid'],
    again: [],
  },
  {
    what: 'a policy of another table that reads one that is dropped',
    given: GONE,
    byHand: ['CREATE POLICY po ON other USING (n IN (SELECT n FROM job))'],
    line: `policy po of other ${FILE}: job is dropped, and it needs this table.`,
    out: ['DROP POLICY po ON other'],
    again: [],
  },
];
