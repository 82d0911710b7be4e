import { expect } from 'chai';
import { type ConfirmedValues } from '../../../../../src/databases/planning.js';
import { raw, type TableModel } from '../../../../../src/schema/model.js';
import { check, column, key, table } from '../../../schema/samples.js';
import { down, lines, up } from './jobs.js';

describe('The rows of a rebuilt table on SQLite', () => {
  const T = table('t', { columns: [column('a'), column('b', { nullable: true })] });
  const t = (changes: Partial<TableModel>): TableModel => ({ ...T, ...changes });
  const copy = (from: TableModel, to: TableModel, confirmed?: Partial<ConfirmedValues>) =>
    lines(up([from], [to], confirmed)).find((line) => line.startsWith('INSERT INTO "temporary_t"'));
  const STRICTLY = { checks: [check('ck', '1')] };
  const typed = (type: string, changes: Partial<TableModel> = {}) =>
    t({ columns: [column('a', { type })], ...changes });
  const keyed = (changes: Partial<TableModel> = {}) => t({ primaryKey: key(null, 'a'), ...changes });
  const changed = (type: string, value: string) =>
    `INSERT INTO "temporary_t" (rowid, "${type}") SELECT rowid, ${value} FROM "t"`;

  const CASES: readonly (readonly [
    title: string,
    from: TableModel,
    to: TableModel,
    sql: string,
    confirmed?: Partial<ConfirmedValues>,
  ])[] = [
    [
      'keep their numbers',
      T,
      t(STRICTLY),
      'INSERT INTO "temporary_t" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "t"',
    ],
    [
      'keep their numbers when a column has taken the name',
      t({ columns: [column('RowId'), column('b')] }),
      t({ columns: [column('RowId'), column('b'), column('_rowid_', { nullable: true })], ...STRICTLY }),
      'INSERT INTO "temporary_t" (oid, "RowId", "b") SELECT _rowid_, "RowId", "b" FROM "t"',
    ],
    [
      'have no numbers to keep when columns have taken all names',
      t({ columns: [column('rowid'), column('oid'), column('_rowid_')] }),
      t({ columns: [column('rowid'), column('oid'), column('_rowid_')], ...STRICTLY }),
      'INSERT INTO "temporary_t" ("rowid", "oid", "_rowid_") SELECT "rowid", "oid", "_rowid_" FROM "t"',
    ],
    [
      'use the key as their number',
      keyed(),
      keyed(STRICTLY),
      'INSERT INTO "temporary_t" ("a", "b") SELECT "a", "b" FROM "t"',
    ],
    [
      'have no number without one',
      keyed({ options: 'WITHOUT ROWID' }),
      t({ primaryKey: key(null, 'a', 'b') }),
      'INSERT INTO "temporary_t" ("a", "b") SELECT "a", "b" FROM "t"',
    ],
    [
      'get their number for a new key',
      typed('integer'),
      t({ columns: [column('a'), column('id')], primaryKey: key(null, 'id') }),
      'INSERT INTO "temporary_t" ("a", "id") SELECT "a", rowid FROM "t"',
    ],
    [
      'get a new number where they had none',
      keyed({ options: 'WITHOUT ROWID' }),
      t({ columns: [column('a'), column('id')], primaryKey: key(null, 'id') }),
      'INSERT INTO "temporary_t" ("a") SELECT "a" FROM "t"',
    ],
    [
      'exist even if none of their columns stays',
      t({ columns: [column('a')], primaryKey: key(null, 'a'), options: 'WITHOUT ROWID' }),
      t({ columns: [column('c', { default: raw('1') })] }),
      'INSERT INTO "temporary_t" ("c") SELECT (1) FROM "t"',
    ],
    [
      'exist even if none of their columns stays and no value is given',
      t({ columns: [column('a')], primaryKey: key(null, 'a'), options: 'WITHOUT ROWID' }),
      t({
        columns: [column('g', { generated: raw('1'), storage: 'virtual' }), column('c', { nullable: true })],
      }),
      'INSERT INTO "temporary_t" ("c") SELECT NULL FROM "t"',
    ],
    [
      'get new computed values, and keep those that are no longer computed',
      t({
        columns: [
          column('a'),
          column('b'),
          column('c', { nullable: true, generated: raw('"a"'), storage: 'stored' }),
        ],
      }),
      t({
        columns: [
          column('a'),
          column('b', { generated: raw('"a"'), storage: 'virtual' }),
          column('c', { nullable: true }),
        ],
      }),
      'INSERT INTO "temporary_t" (rowid, "a", "c") SELECT rowid, "a", "c" FROM "t"',
    ],
    [
      'are filled where a new column requires a value, and where an existing one becomes required',
      T,
      t({ columns: [column('a'), column('b'), column('c')] }),
      'INSERT INTO "temporary_t" (rowid, "a", "b", "c") SELECT rowid, "a", coalesce("b", ("a" + 1)), (a * 2) FROM "t"',
      {
        backfills: new Map([
          ['t.b', '"a" + 1'],
          ['t.c', 'a * 2'],
          ['t.a', '9'],
        ]),
      },
    ],
    [
      'are not filled where no value is given, with or without a default',
      T,
      t({ columns: [column('a'), column('b', { default: raw('1') }), column('c')] }),
      'INSERT INTO "temporary_t" (rowid, "a", "b") SELECT rowid, "a", "b" FROM "t"',
    ],
    [
      'get the new names of values',
      typed('text'),
      typed('varchar', STRICTLY),
      changed('a', `CASE "a" WHEN 'it''s' THEN 'B' WHEN 'C' THEN 'D' ELSE "a" END`),
      {
        renamedValues: new Map([
          [
            't.a',
            new Map([
              ["it's", 'B'],
              ['C', 'D'],
            ]),
          ],
        ]),
      },
    ],
    ['are converted by affinity', typed('integer'), typed('text'), changed('a', '"a"')],
    [
      'get rounded values like on PostgreSQL',
      typed('decimal(10,2)'),
      typed('bigint'),
      changed('a', `CASE typeof("a") WHEN 'real' THEN CAST(round("a") AS integer) ELSE "a" END`),
    ],
    [
      'spell true and false like PostgreSQL',
      typed('boolean'),
      typed('varchar(5)'),
      changed('a', `CASE "a" WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE "a" END`),
    ],
    [
      'become a number only where that is the same text',
      typed('text'),
      typed('integer'),
      changed(
        'a',
        `CASE WHEN typeof("a") <> 'text' OR CAST(CAST("a" AS integer) AS text) = trim("a") THEN "a" ELSE 'inexact: ' || "a" END`,
      ),
    ],
    [
      'lose the time of day when a column becomes a date',
      typed('datetime'),
      typed('date'),
      changed('a', `CASE typeof("a") WHEN 'text' THEN coalesce(date("a"), "a") ELSE "a" END`),
    ],
    [
      'get true for values other than zero',
      typed('integer'),
      typed('boolean'),
      changed('a', `CASE typeof("a") WHEN 'integer' THEN "a" <> 0 ELSE "a" END`),
    ],
  ];
  for (const [title, from, to, sql, confirmed] of CASES) {
    it(`Copied rows on SQLite ${title}`, () => {
      expect(copy(from, to, confirmed)).to.equal(sql);
    });
  }

  it('Copied rows get the former names of values in down, without a backfill', () => {
    const from = t({ columns: [column('a', { type: 'text', nullable: true })] });
    const to = typed('text');
    const confirmed = {
      backfills: new Map([['t.a', "'x'"]]),
      renamedValues: new Map([
        [
          't.a',
          new Map([
            ['A', 'C'],
            ['B', 'C'],
          ]),
        ],
      ]),
    };
    expect(lines(down([from], [to], confirmed))).to.include(
      changed('a', `CASE "a" WHEN 'C' THEN 'A' ELSE "a" END`),
    );
  });
});
