import { expect } from 'chai';
import { loadParser, type Parser } from '../../../../../src/databases/postgres/parse/parser.js';
import {
  postgresReader,
  type PostgresReader,
} from '../../../../../src/databases/postgres/parse/sql-reader.js';

let reader: PostgresReader;
before(async () => (reader = postgresReader(await loadParser())));

const NAMES = ['a', 'b', 'A', 'a.b', 'a"b', 'lower', 'text', 'x', 't', 'c y'];

describe('The columns that PostgreSQL reads in an expression', () => {
  for (const [sql, ...expected] of [
    ['a > 1', 'a'],
    ['A > 1', 'a'],
    ['"A" > 1', 'A'],
    ['t.a > public.t.b', 'a', 'b'],
    ['"a.b" IS NULL', 'a.b'],
    ['"a""b" IS NULL', 'a"b'],
    ['U&"\\0061" = U&"!0062" UESCAPE \'!\'', 'a', 'b'],
    ['lower(b)', 'b'],
    ['lower COLLATE "x"', 'lower'],
    [`b::text = 'a'`, 'b'],
    [`E'a\\'' = E'b\\\\' AND x`, 'x'],
    [`$x$ a $$ b $$ $x$ = x`, 'x'],
    ['x /* a /* b */ a */ IS NULL -- b', 'x'],
    ['(a, b) < (1, 2)', 'a', 'b'],
    ['ARRAY[a]::text[] @> ARRAY[x]', 'a', 'x'],
    ['x @-@ -a', 'a', 'x'],
    ['(x).a', 'x'],
    ['"c y" OPERATOR(pg_catalog.=) ANY (b)', 'b', 'c y'],
    ['EXTRACT(epoch FROM a) > 1', 'a'],
    ['CASE a WHEN 1 THEN b END', 'a', 'b'],
    ['x IS JSON OBJECT', 'x'],
  ] as const)
    it(`The columns in ${JSON.stringify(sql)} are ${expected.join(', ')}`, () => {
      const parts = reader.expression(sql);
      expect(NAMES.filter((name) => parts?.reads(name))).to.have.members([...expected]);
    });
});

describe('What is no expression of PostgreSQL', () => {
  for (const sql of [
    '',
    'a >',
    'a) FROM t WHERE (b',
    'a); DROP TABLE t; SELECT (b',
    'a) AS x, (b',
    "'a",
    '$x$ a',
    '/* a',
    'a INTO STRICT b',
    '"a',
  ])
    it(`The reader rejects what is no expression: ${JSON.stringify(sql)}`, () => {
      expect(reader.expression(sql)).to.equal(undefined);
    });

  it('The reader rejects a condition behind an element', () => {
    expect(reader.element('a) WHERE (b')).to.equal(undefined);
    expect(reader.element('a, b')).to.equal(undefined);
  });
});

describe('An element of an index or an exclusion constraint', () => {
  for (const [sql, isComputed] of [
    ['a', false],
    ['"a"', false],
    ['a COLLATE "C" text_ops DESC', false],
    ['(a)', false],
    ['(a) text_ops', false],
    ['lower(a)', true],
    ['(a || a) gist_text_ops', true],
    ['"lower(a)"', false],
  ] as const)
    it(`The element ${sql} is ${isComputed ? 'computed' : 'a column'}`, () => {
      const element = reader.element(sql);
      expect(element?.isComputed).to.equal(isComputed);
      expect(element?.reads('a')).to.equal(sql !== '"lower(a)"');
    });
});

describe('A constant of PostgreSQL', () => {
  const volatile = new Set(['random', 'gen_random_uuid', 'nextval']);
  for (const [sql, isConstant] of [
    ['7', true],
    [`abs(-7) || 'random'`, true],
    [`'ctid'::text`, true],
    [`'now'::timestamptz`, true],
    ['CURRENT_TIMESTAMP', true],
    [`E'SELECT'`, true],
    ['Random()', false],
    ['"random"()', false],
    ['U&"r\\0061ndom"()', false],
    ['pg_catalog.gen_random_uuid()', false],
    ['ctid', false],
    ['other', false],
    ['(SELECT 1)', false],
    ['EXISTS (TABLE t)', false],
    [`(VALUES (1))`, false],
  ] as const)
    it(`The expression ${sql} is ${isConstant ? '' : 'not '}constant`, () => {
      expect(reader.expression(sql)?.isConstant(volatile)).to.equal(isConstant);
    });

  for (const [sql, isLiteral] of [
    ['-1.5', true],
    [`E'a\\'b'`, true],
    ['(1) - -2', true],
    [`$$a$$`, true],
    ['TRUE', false],
    ['NULL', false],
    [`'1'::integer`, false],
    ['1 * 2', false],
    ['a', false],
  ] as const)
    it(`The constant ${sql} ${isLiteral ? 'is' : 'is not'} a literal`, () => {
      expect(reader.expression(sql)?.isLiteral).to.equal(isLiteral);
    });
});

describe('The names in a statement of PostgreSQL', () => {
  for (const [sql, name, expected] of [
    ['CREATE INDEX ix ON t (a)', 'ix', true],
    ['CREATE INDEX IX ON t (a)', 'ix', true],
    ['CREATE INDEX "IX" ON t (a)', 'ix', false],
    [`COMMENT ON TABLE t IS 'of ix'`, 'ix', false],
    [`INSERT INTO t VALUES ('ix')`, 'ix', false],
    ['SELECT 1 /* ix */ -- ix', 'ix', false],
    ['CREATE VIEW U&"\\0069x" AS SELECT 1', 'ix', true],
    ['CREATE PUBLICATION ix FOR TABLE t', 'ix', true],
    ['CREATE POLICY ix ON t', 'ix', true],
    ['CREATE RULE ix AS ON INSERT TO t DO NOTHING', 'ix', true],
    ['CREATE FUNCTION s.ix() RETURNS int LANGUAGE sql RETURN 1', 'ix', true],
    ['DO $a$ BEGIN CREATE TABLE ix (); END $a$', 'ix', true],
    ['DO $a$ BEGIN PERFORM $b$ix$b$; END $a$', 'ix', false],
    ['DO $a$ BEGIN x y z; $a$', 'ix', undefined],
    ['CREATE TABLE ix (', 'ix', undefined],
  ] as const)
    it(`The statement ${sql} ${expected === undefined ? 'may contain' : expected ? 'contains' : 'does not contain'} the name ${name}`, () => {
      expect(reader.names(sql, name)).to.equal(expected);
    });
});

describe('Expressions of PostgreSQL', () => {
  it('The reader parses each expression once, also one that cannot be parsed', async () => {
    const parser = await loadParser();
    const parsed: string[] = [];
    const counting: Parser = {
      ...parser,
      parse: (sql) => {
        parsed.push(sql);
        return parser.parse(sql);
      },
    };
    const { expression } = postgresReader(counting);
    for (const sql of ['a', 'b', 'a', 'a >', 'b', 'a >']) expression(sql);
    expect(parsed).to.have.length(3);
  });
});
