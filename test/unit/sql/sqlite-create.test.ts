import { expect } from 'chai';
import {
  parseCreateIndex,
  parseCreateTable,
  type DeclaredConstraint,
} from '../../../src/sql/sqlite-create.js';

const check = (name: string | null, expression: string): DeclaredConstraint => ({
  kind: 'check',
  name,
  columns: [],
  expression,
  deferrable: null,
});
const keyOf =
  (kind: 'unique' | 'foreign-key' | 'primary-key') =>
  (name: string | null, ...columns: readonly string[]): DeclaredConstraint => ({
    kind,
    name,
    columns,
    expression: '',
    deferrable: null,
  });
const unique = keyOf('unique');
const foreignKey = keyOf('foreign-key');
const primaryKey = keyOf('primary-key');

const CASES: readonly (readonly [title: string, body: string, found: readonly DeclaredConstraint[]])[] = [
  ['without constraints', '(a, b text NOT NULL DEFAULT 1)', []],
  ['with a primary key in a column', '("id" integer PRIMARY KEY NOT NULL, a)', [primaryKey(null, 'id')]],
  ['with a named one', '(id integer CONSTRAINT "pk_t" PRIMARY KEY DESC, a)', [primaryKey('pk_t', 'id')]],
  [
    'with a primary key of the table',
    '(a, b, CONSTRAINT "pk_t" PRIMARY KEY ("b", "a"))',
    [primaryKey('pk_t', 'b', 'a')],
  ],
  ['with a unique column', '(a text NOT NULL UNIQUE ON CONFLICT FAIL, b)', [unique(null, 'a')]],
  ['with a named unique column', '(a, "b" text CONSTRAINT uq_b UNIQUE)', [unique('uq_b', 'b')]],
  [
    'with unique constraints of the table',
    '(a, b, UNIQUE (a COLLATE NOCASE, b DESC), CONSTRAINT "uq" UNIQUE(b))',
    [unique(null, 'a', 'b'), unique('uq', 'b')],
  ],
  [
    'with a foreign key in a column',
    '(a int REFERENCES "workers" ("worker_id") ON DELETE SET NULL, b)',
    [foreignKey(null, 'a')],
  ],
  [
    'with a named foreign key in a column',
    '("a" int CONSTRAINT "fk_a" REFERENCES workers, b)',
    [foreignKey('fk_a', 'a')],
  ],
  [
    'with foreign keys of the table',
    '(a, b, CONSTRAINT "fk" FOREIGN KEY ("a", "b") REFERENCES "t" ("c", "d") ON UPDATE CASCADE, FOREIGN KEY (b) REFERENCES u)',
    [foreignKey('fk', 'a', 'b'), foreignKey(null, 'b')],
  ],
  [
    'with checks in columns',
    `("a" varchar CHECK( "a" IN ('X','Y') ) NOT NULL DEFAULT ('X'), b int CONSTRAINT ck_b CHECK (b > 0))`,
    [check(null, `"a" IN ('X','Y')`), check('ck_b', 'b > 0')],
  ],
  [
    'with checks of the table',
    '(a, b, CONSTRAINT "ck" CHECK (a >= b), CHECK (b <> a))',
    [check('ck', 'a >= b'), check(null, 'b <> a')],
  ],
  [
    'with checks that no comma parts',
    '(a, b, CHECK (a > 0) CONSTRAINT ck CHECK (b > 0))',
    [check(null, 'a > 0'), check('ck', 'b > 0')],
  ],
  ['with fractions', '(a real CHECK (a > 0.5 AND a < .75))', [check(null, 'a > 0.5 AND a < .75')]],
  [
    'with parentheses in parentheses',
    '(a decimal(10, 2) DEFAULT (abs(-1)), CHECK (((a + 1) * (2)) > max(1, 2)))',
    [check(null, '((a + 1) * (2)) > max(1, 2)')],
  ],
  [
    'with parentheses and commas in strings',
    `(a text DEFAULT 'x), UNIQUE (a', CHECK (a <> 'it''s ), ('))`,
    [check(null, `a <> 'it''s ), ('`)],
  ],
  [
    'with several constraints in one column',
    '(a int CONSTRAINT nn NOT NULL CONSTRAINT uq UNIQUE CHECK (a > 0) CONSTRAINT fk REFERENCES t (b))',
    [unique('uq', 'a'), check(null, 'a > 0'), foreignKey('fk', 'a')],
  ],
  ['with names in double quotes', '("a ""b"", c" int UNIQUE)', [unique(null, 'a "b", c')]],
  ['with names in backticks', '(`a``(b` int, CONSTRAINT `u``q` UNIQUE (`a``(b`))', [unique('u`q', 'a`(b')]],
  ['with names in brackets', '([a, (b] int, CONSTRAINT [u q] UNIQUE ([a, (b]))', [unique('u q', 'a, (b')]],
  [
    'with columns named like keywords',
    '("check" int, [unique] int, `primary` int, "references" int, "constraint" text CHECK (1))',
    [check(null, '1')],
  ],
  [
    'with comments',
    "(a int, -- it's ), UNIQUE (a)\n b int /* , CHECK (a > 0), (\n */ UNIQUE, c -- the end\n)",
    [unique(null, 'b')],
  ],
  [
    'with a string that looks like a comment',
    `(a text CHECK (a <> '--') UNIQUE)`,
    [check(null, `a <> '--'`), unique(null, 'a')],
  ],
  [
    'in lower case',
    '(a integer primary key, b int constraint uq unique, check (b > 0))',
    [primaryKey(null, 'a'), unique('uq', 'b'), check(null, 'b > 0')],
  ],
  ['without rowid', '(a int, CONSTRAINT pk PRIMARY KEY (a)) WITHOUT ROWID, STRICT', [primaryKey('pk', 'a')]],
  [
    'with a generated column',
    '(a int, b int GENERATED ALWAYS AS (a * 2) STORED UNIQUE)',
    [unique(null, 'b')],
  ],
];

const DEFERRABLE: readonly (readonly [clause: string, deferrable: string | null])[] = [
  ['', null],
  ['DEFERRABLE', 'INITIALLY IMMEDIATE'],
  ['deferrable initially immediate', 'INITIALLY IMMEDIATE'],
  ['ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED', 'INITIALLY DEFERRED'],
  ['NOT DEFERRABLE', null],
  ['NOT DEFERRABLE INITIALLY DEFERRED', null],
];

const COLUMNS: readonly (readonly [column: string, collation: string | null, generated: string | null])[] = [
  ['text', null, null],
  ['text COLLATE NOCASE NOT NULL', 'NOCASE', null],
  ['text collate "RTRIM"', 'RTRIM', null],
  ['int GENERATED ALWAYS AS (b * (2 + 1)) STORED', null, 'b * (2 + 1)'],
  ['text AS (lower(b)) COLLATE NOCASE', 'NOCASE', 'lower(b)'],
  [`text DEFAULT (lower('X' COLLATE NOCASE)) CHECK (b AS c COLLATE BINARY)`, null, null],
];

const NOTHING_MORE = { collation: null, generated: null };

const NAMES: readonly string[] = ['t', '"t (x"', '`t(x`', '[t(x]', '"main"."t"'];

describe('parseCreateTable', () => {
  for (const [title, body, found] of CASES) {
    it(`parseCreateTable reads a table ${title}`, () => {
      expect(parseCreateTable(`CREATE TABLE t ${body}`).constraints).to.deep.equal(found);
    });
  }

  for (const name of NAMES) {
    it(`parseCreateTable is not misled by the name ${name}`, () => {
      expect(parseCreateTable(`CREATE TABLE ${name} (a UNIQUE, b)`).constraints).to.deep.equal([
        unique(null, 'a'),
      ]);
    });
  }

  for (const [clause, deferrable] of DEFERRABLE) {
    it(`parseCreateTable reads when a foreign key is checked: ${clause || 'at once'}`, () => {
      for (const body of [
        `(a int REFERENCES t (b) ${clause})`,
        `(a, FOREIGN KEY (a) REFERENCES t (b) ${clause})`,
      ])
        expect(parseCreateTable(`CREATE TABLE t ${body}`).constraints).to.deep.equal([
          { ...foreignKey(null, 'a'), deferrable },
        ]);
    });
  }

  for (const [definition, collation, generated] of COLUMNS) {
    it(`parseCreateTable reads collation and expression of a column ${definition}`, () => {
      const { columns } = parseCreateTable(
        `CREATE TABLE t ("A b" ${definition}, CONSTRAINT x UNIQUE ("A b"))`,
      );
      expect(columns.get('a b') ?? NOTHING_MORE).to.deep.equal({ collation, generated });
      expect([...columns.keys()].filter((name) => name !== 'a b')).to.deep.equal([]);
    });
  }

  for (const [body, autoincrement] of [
    ['(id integer PRIMARY KEY AUTOINCREMENT)', true],
    ['(id integer primary key autoincrement)', true],
    ['(id integer PRIMARY KEY)', false],
    [`(id integer PRIMARY KEY, a DEFAULT 'AUTOINCREMENT') -- AUTOINCREMENT`, false],
    ['("AUTOINCREMENT" integer PRIMARY KEY)', false],
  ] as const) {
    it(`parseCreateTable finds ${autoincrement ? 'AUTOINCREMENT' : 'no AUTOINCREMENT'} in ${body}`, () => {
      expect(parseCreateTable(`CREATE TABLE t ${body}`).autoincrement).to.equal(autoincrement);
    });
  }
});

describe('parseCreateIndex', () => {
  for (const [sql, keys, where] of [
    ['CREATE INDEX ix ON t (a)', ['a'], null],
    ['CREATE INDEX "where" ON t ("where")', ['"where"'], null],
    ['CREATE UNIQUE INDEX ix ON t (a) WHERE a > 0 AND b IS NULL', ['a'], 'a > 0 AND b IS NULL'],
    [`CREATE INDEX ix ON t (a) where "a" <> ' where ' -- not this`, ['a'], `"a" <> ' where '`],
    ['CREATE INDEX "i (x" ON "t (y" (a DESC, b asc, "desc")', ['a', 'b', '"desc"'], null],
    [
      "CREATE INDEX ix ON t (a COLLATE NOCASE DESC, lower(b || ','), (a + 1) ASC)",
      ['a COLLATE NOCASE', "lower(b || ',')", '(a + 1)'],
      null,
    ],
    ['', [''], null],
  ] as const) {
    it(`parseCreateIndex finds the keys ${keys.join(' and ')}, and ${where ?? 'no predicate'}, in "${sql}"`, () => {
      expect(parseCreateIndex(sql)).to.deep.equal({ keys, where });
    });
  }
});
