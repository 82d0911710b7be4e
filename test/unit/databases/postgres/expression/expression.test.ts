import { expect } from 'chai';
import {
  explainStatement,
  isOneExpression,
  outputOf,
  type PostgresExpressions,
} from '../../../../../src/databases/postgres/expression/expression.js';

const PREFIX = 'EXPLAIN (VERBOSE, FORMAT JSON) SELECT ';
const FROM = ` FROM pg_catalog.json_to_recordset('[]') AS `;

const jobs: PostgresExpressions = {
  table: 'jobs',
  columns: [
    { name: 'a', type: 'integer' },
    { name: 'status', type: 'enum status' },
  ],
  expressions: [],
};
const sql = (text: string, type: string | null = null) => ({ sql: text, type });

const STATEMENTS: readonly (readonly [
  title: string,
  question: Partial<PostgresExpressions>,
  selected: string,
  from: string,
])[] = [
  ['a condition', { expressions: [sql('a > 0')] }, '(a > 0\n)', '"jobs"("a" integer)'],
  [
    'a default as the type of its column',
    { expressions: [sql("'x'", 'text')] },
    "CAST(('x'\n) AS text)",
    '"jobs"("?" integer)',
  ],
  [
    'several, side by side',
    { expressions: [sql('a > 0'), sql('1', 'numeric(10,2)')] },
    '(a > 0\n), CAST((1\n) AS numeric(10,2))',
    '"jobs"("a" integer)',
  ],
  [
    'a text without cutting it to its length',
    { expressions: [sql("'xyz'", 'character varying(2)'), sql("'xyz'", 'character(2)[]')] },
    "CAST(('xyz'\n) AS character varying), CAST(('xyz'\n) AS bpchar[])",
    '"jobs"("?" integer)',
  ],
  [
    'an enumerated type by its name with its schema',
    { expressions: [sql(`status = 'A'`), sql("'A'", 'enum status'), sql("'{A}'", 'enum audit.Mo"od[]')] },
    `(status = 'A'\n), CAST(('A'\n) AS "own"."status"), CAST(('{A}'\n) AS "audit"."Mo""od"[])`,
    '"jobs"("a" integer, "status" "own"."status")',
  ],
  [
    'one that ends in a comment, which does not swallow the rest',
    { expressions: [sql('a > 0 -- positive')] },
    '(a > 0 -- positive\n)',
    '"jobs"("a" integer)',
  ],
  [
    'a column whose name needs quotes, in a table of another schema',
    {
      table: 'audit.e"v',
      columns: [{ name: 'a "b"', type: 'text' }],
      expressions: [sql('"a ""b""" IS NULL')],
    },
    '("a ""b""" IS NULL\n)',
    '"e""v"("a ""b""" text)',
  ],
];

describe('explainStatement', () => {
  for (const [title, question, selected, from] of STATEMENTS) {
    it(`explainStatement asks for ${title}`, () => {
      expect(explainStatement({ ...jobs, ...question }, 'own')).to.equal(PREFIX + selected + FROM + from);
    });
  }
});

const planOf = (...texts: readonly string[]): unknown => [
  { Plan: { 'Node Type': 'Function Scan', Output: texts } },
];

const SYNONYMS: readonly (readonly [shown: string, canonical: string])[] = [
  ['(a > 0)', '(a > 0)'],
  ['CURRENT_TIMESTAMP', 'now()'],
  ['transaction_timestamp()', 'now()'],
  ['CURRENT_TIMESTAMP(3)', '(now())::timestamp(3) with time zone'],
  ['LOCALTIMESTAMP', '(now())::timestamp without time zone'],
  ['CURRENT_DATE', '(now())::date'],
  [`(now() AT TIME ZONE 'utc'::text)`, `timezone('utc'::text, now())`],
  [`(CURRENT_TIMESTAMP AT TIME ZONE 'utc'::text)`, `timezone('utc'::text, now())`],
  [`timezone('utc'::text, now())`, `timezone('utc'::text, now())`],
  [`'CURRENT_TIMESTAMP'::text`, `'CURRENT_TIMESTAMP'::text`],
  [`'it''s CURRENT_DATE'::text`, `'it''s CURRENT_DATE'::text`],
  [`"CURRENT_DATE" > 0`, `"CURRENT_DATE" > 0`],
  ['clock_timestamp()', 'clock_timestamp()'],
];

describe('outputOf', () => {
  for (const [shown, canonical] of SYNONYMS) {
    it(`outputOf reads ${shown} as ${canonical}`, () => {
      expect(outputOf(planOf(shown))).to.deep.equal([canonical]);
    });
  }

  it('outputOf returns one text for each expression, in order', () => {
    expect(outputOf(planOf('b', 'a', 'b'))).to.deep.equal(['b', 'a', 'b']);
  });

  it('outputOf returns nothing where the plan shows nothing', () => {
    expect(outputOf([])).to.deep.equal([]);
  });
});

describe('isOneExpression', () => {
  for (const text of [
    "status IN ('A', 'B')",
    '(a > 0) AND "odd;)name" > 1',
    "label <> ';)' AND label ~ '^[a-z]+$'",
    "label <> '$$'",
    'label <> $$ it is ; ) $$',
    'a > 0 /* ; ) */',
    "label <> $x$ it's $$ ) $x$",
    "label <> E'it\\'s ;)'",
    'price = ANY (ARRAY[1, 2]) -- ) ;',
    'a[1] > 0',
  ]) {
    it(`isOneExpression accepts ${text}`, () => expect(isOneExpression(text)).to.equal(true));
  }
  for (const text of [
    'a > 0) FROM jobs; DELETE FROM jobs; --',
    'a > 0; DELETE FROM jobs',
    ') , (1',
    '(a > 0',
    "label <> 'open",
    'label <> "open',
    "label = $$ ' $$ ; DELETE FROM jobs --'",
    "label = $x$ ' $x$ ; DELETE FROM jobs --'",
    "label = E'\\'' ; DELETE FROM jobs --'",
    'a > 0 /* /* */ ; DELETE FROM jobs */',
  ]) {
    it(`isOneExpression rejects ${text}`, () => expect(isOneExpression(text)).to.equal(false));
  }
});
