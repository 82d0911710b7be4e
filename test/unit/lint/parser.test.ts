import { expect } from 'chai';
import { isVolatileExpression } from '../../../src/lint/sql/expression.js';
import { readStatement } from '../../../src/lint/sql/read-statement.js';
import { clauseAt, identifiersIn, lineFrom, written } from '../../../src/lint/sql/written.js';
import { loadParser } from '../../../src/databases/postgres/parse/parser.js';
import { sqliteFacts } from '../../../src/lint/sql/sqlite.js';
import { sourceFiles } from '../support/source-files.js';

describe('The parser of lint', () => {
  it('The parser of lint is loaded when a statement is read, by one module only', () => {
    const loading = sourceFiles().filter(({ text }) =>
      /import\('libpg-query'\)|^import (?!type )[^;]*'libpg-query'/m.test(text),
    );
    expect(loading.map(({ path }) => path)).to.deep.equal(['databases/postgres/parse/pg-query.ts']);
    expect(loading[0]?.text).to.contain("() => import('libpg-query')");
  });

  it('The parser of lint is created once', async () => {
    expect(await loadParser()).to.equal(await loadParser());
  });

  it('The parser of lint reads the statements in a DO block, and where it ends transactions', async () => {
    const { actions } = readStatement(
      await loadParser(),
      'DO $$ BEGIN IF true THEN UPDATE "a" SET "b" = 1; ROLLBACK; END IF; EXECUTE format(\'%I\', 1); END $$',
    );
    expect(actions).to.deep.equal([
      { kind: 'block', ends: 'ROLLBACK' },
      {
        ...{ kind: 'write', verb: 'UPDATE', table: 'a', hasWhere: false, columns: ['b'], inBlock: true },
        inMerge: false,
        assignments: [{ column: 'b', value: '1', unstable: false }],
      },
    ]);
  });

  it('The parser of lint returns nothing for a block in another language or an unreadable one', async () => {
    const parser = await loadParser();
    expect(readStatement(parser, 'DO LANGUAGE plv8 $$ x $$').actions).to.deep.equal([{ kind: 'other' }]);
    expect(readStatement(parser, 'DO $$ BEGIN x y z; $$').actions).to.deep.equal([
      { kind: 'block', ends: null },
    ]);
  });
});

describe('identifiersIn', () => {
  it('identifiersIn returns names as written, and nothing from a text or a comment', async () => {
    const sql = `SELECT "a b", E'c', ü1 -- d\n FROM "e""f" /* g */ WHERE $x$ h $x$ = 'i'`;
    expect(identifiersIn(written(await loadParser(), sql))).to.deep.equal([
      'SELECT',
      'a b',
      'ü1',
      'FROM',
      'e"f',
      'WHERE',
    ]);
  });
});

describe('A statement as it is written', () => {
  it('A written statement is cut at the places of the parser, whatever its texts and names contain', async () => {
    const strange = `'\u0001\u001f', "\u000bé"`;
    const sql = `-- é\nSET\tx =\n ${strange} /* , */, (1,\f2) ; ; `;
    const text = written(await loadParser(), sql);
    expect(lineFrom(text)).to.equal(`SET x = ${strange} , (1, 2)`);
    const at = Buffer.from(sql).indexOf('"');
    expect(clauseAt(text, at)).to.equal('"\u000bé" /* , */');
    expect(lineFrom(text, at)).to.equal('"\u000bé"');
  });

  it('A written statement has no tokens where it cannot be read', async () => {
    expect(written(await loadParser(), `SELECT 'a`).tokens()).to.deep.equal([]);
  });
});

describe('isVolatileExpression', () => {
  for (const sql of [
    `'x'`,
    '0',
    'now()',
    'pg_catalog.now()',
    'CURRENT_TIMESTAMP(3)',
    `date_trunc('milliseconds', now())`,
    `timezone('utc', now())`,
    `'{}'::jsonb`,
    `jsonb_build_object('a', to_jsonb(now()))`,
    `coalesce(lower('A'), upper('b'))`,
    `(1 + 2) * 3`,
    `ARRAY['a']::text[]`,
    'CURRENT_USER',
  ])
    it(`isVolatileExpression returns false for ${sql}`, async () => {
      expect(await isVolatileExpression(sql)).to.equal(false);
    });

  for (const sql of [
    'random()',
    'gen_random_uuid()',
    'uuid_generate_v4()',
    'clock_timestamp()',
    `nextval('seq')`,
    'md5(random()::text)',
    'my_function()',
    'app.now()',
    'not ( sql',
  ])
    it(`isVolatileExpression returns true for "${sql}"`, async () => {
      expect(await isVolatileExpression(sql)).to.equal(true);
    });
});

describe('sqliteFacts', () => {
  const cases: readonly (readonly [sql: string, ...actions: readonly object[]])[] = [
    ['DROP TABLE IF EXISTS main.[a b]', { kind: 'drop-table', table: 'a b' }],
    ['ALTER TABLE "a" ADD "b" text', { kind: 'add-column', table: 'a', column: 'b' }],
    ['alter table a drop column `b`', { kind: 'drop-column', table: 'a', column: 'b' }],
    ['ALTER TABLE a RENAME b TO c', { kind: 'rename-column', table: 'a', column: 'b', to: 'c' }],
    ['ALTER TABLE a RENAME TO c;', { kind: 'rename-table', table: 'a', to: 'c' }],
    [
      '-- x\nCREATE UNIQUE INDEX IF NOT EXISTS "i" ON a ("b")',
      { kind: 'create-index', table: 'a', name: 'i' },
    ],
    ['CREATE TABLE "a" AS SELECT 1', { kind: 'create-table', table: 'a', complete: false }],
    ['CREATE TRIGGER t AFTER INSERT ON a BEGIN DROP TABLE b; END'],
    ['PRAGMA foreign_keys = OFF'],
    [''],
  ];
  for (const [sql, ...expected] of cases)
    it(`sqliteFacts reads ${JSON.stringify(sql)}`, () => {
      const actions = sqliteFacts(sql).actions.map((action) =>
        action.kind === 'add-column' ? { ...action, column: action.column.name } : action,
      );
      expect(actions).to.have.length(expected.length);
      actions.forEach((action, index) => expect(action).to.deep.include(expected[index]));
    });
});
