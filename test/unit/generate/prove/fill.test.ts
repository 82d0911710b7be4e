import { expect } from 'chai';
import {
  connected,
  join,
  NULL,
  orderedFor,
  thinned,
  type Choice,
  type Value,
} from '../../../../src/generate/verify/fixtures/choices.js';
import { readCondition, suggested } from '../../../../src/generate/verify/fixtures/conditions.js';
import { groupsOf, type Plot } from '../../../../src/generate/verify/fixtures/groups.js';
import { isOptional, parentsFirst } from '../../../../src/generate/verify/fixtures/order.js';
import { postgresFamily } from '../../../../src/databases/postgres/fixture-values.js';
import { sqliteFamily } from '../../../../src/databases/sqlite/fixture-values.js';
import { raw, type TableModel } from '../../../../src/schema/model.js';
import { column, foreignKey, key, table } from '../../schema/samples.js';

const value = (sql: string): Value => ({ kind: 'value', sql });
const choice = (entries: Readonly<Record<string, Value>>): Choice => new Map(Object.entries(entries));
const texts = (choices: readonly Choice[]) =>
  choices.map((one) => [...one].map(([name, { sql }]) => `${name}=${sql}`).join(' '));

describe('The order in which tables are filled', () => {
  const child = (name: string, parent: string, nullable: boolean): TableModel =>
    table(name, {
      columns: [column('a', { nullable })],
      foreignKeys: [foreignKey(null, { table: parent, columns: ['a'] })],
    });
  const order = (...tables: readonly TableModel[]) => parentsFirst(tables).map(({ name }) => name);

  it('is parents first', () => {
    expect(order(child('a', 'b', false), child('b', 'c', true), table('c'))).to.deep.equal(['c', 'b', 'a']);
  });

  it('begins a circle where NULL may stand', () => {
    expect(order(child('a', 'b', false), child('b', 'a', true))).to.deep.equal(['b', 'a']);
  });

  it('has every table once, even where nothing may be NULL, and does not wait for the table itself', () => {
    expect(order(child('a', 'b', false), child('b', 'a', false), child('c', 'c', false))).to.deep.equal([
      'c',
      'a',
      'b',
    ]);
  });

  it('knows that MATCH FULL takes NULL in all columns or none', () => {
    const two = table('t', { columns: [column('a', { nullable: true }), column('b')] });
    const of = (match: 'SIMPLE' | 'FULL') => foreignKey(null, { columns: ['a', 'b'], match });
    expect([isOptional(of('SIMPLE'), two), isOptional(of('FULL'), two)]).to.deep.equal([true, false]);
  });
});

describe('Choices for columns', () => {
  it('join where they agree', () => {
    const some = [choice({ a: value('1'), b: value('2') }), choice({ a: value('3'), b: NULL })];
    const others = [choice({ a: value('1'), c: value('4') })];
    expect(texts(join(some, others))).to.deep.equal(['a=1 b=2 c=4']);
  });

  it('are taken evenly where there are too many', () => {
    expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).to.deep.equal([0, 2, 4, 6, 8]);
    expect(thinned([0, 1], 5)).to.deep.equal([0, 1]);
  });

  it('stand together when they are linked through others', () => {
    const near = (a: number, b: number) => Math.abs(a - b) === 1;
    expect(connected([1, 5, 3, 2], near)).to.deep.equal([[5], [1, 3, 2]]);
  });

  it('are tried in the order that the row asks for: first values, last ones, defaults, NULL', () => {
    const list = [value('1'), value('2'), value('3'), NULL, { kind: 'default', sql: '(9)' } as const].map(
      (one) => choice({ a: one }),
    );
    const first = (row: number) => texts(orderedFor(row, list))[0];
    expect([0, 1, 2, 3].map(first)).to.deep.equal(['a=1', 'a=3', 'a=(9)', 'a=NULL']);
    expect(texts(orderedFor(4, list.slice(0, 3)))[0]).to.equal('a=2');
    expect(orderedFor(0, [])).to.deep.equal([]);
  });
});

describe('Values that the text of a check suggests', () => {
  const names = ['a', 'b', 'Status'];
  const ofType = (type: string, sql: string) =>
    suggested(postgresFamily(type, []), readCondition(sql, names, 'postgres').literals);

  it('know the columns, quoted or not', () => {
    expect(readCondition(`"Status" IS NULL OR b > 1`, names, 'postgres').columns).to.deep.equal([
      'b',
      'Status',
    ]);
  });

  for (const [type, sql, expected] of [
    ['integer', 'a >= 5', ['5', '6', '4', '-5', '-6', '-4']],
    ['integer', `a < '-3'::integer`, ['-3', '-2', '-4', '3', '2', '4']],
    ['text', `a = ANY (ARRAY['x'::text, 'y]'::text])`, ['x', 'y]']],
    ['text', `a = ANY ('{x,y}'::text[])`, ['{x,y}', 'x', 'y']],
    ['text', `a LIKE 'j-%'`, ['j-%', 'j-1', 'j-2', 'j-3', 'j-4']],
    ['character varying(2)', `length(a) > 1`, ['1', '1a', '2a', '3a', '4a', '2', '3', '4', '']],
    ['date', `a > '2020-02-03' AND b <> 'x'`, ['2020-02-03']],
    ['uuid', `a <> 'x'`, []],
  ] as const)
    it(`are ${expected.join(', ') || 'none'} for ${type} and ${sql}`, () => {
      expect(ofType(type, sql)).to.have.members([...expected]);
    });
});

describe('Values of a type', () => {
  for (const [type, values] of [
    ['character varying(1)', ['1', '2', '3']],
    ['numeric(2,2)', ['0.01', '0.02', '0.03']],
    ['numeric(10,2)', ['1.5', '2.5', '3.5']],
    ['numeric(2,-3)', ['1000', '2000', '3000']],
    ['bit(3)', ['001', '010', '011']],
    ['timestamp(3) without time zone', ['2024-01-01 01:02:03', '2024-01-02 01:02:03', '2024-01-03 01:02:03']],
    ['int4range', ['[1,2)', '[2,3)', '[3,4)']],
    ['text[]', ['{"1","1"}', '{"2","1"}', '{"3","1"}']],
    ['enum mood', ['low', 'high']],
    ['enum mood[]', ['{"low","low"}', '{"high","low"}']],
  ] as const)
    it(`of PostgreSQL: ${type}`, () => {
      const family = postgresFamily(type, [{ name: 'mood', values: ['low', 'high'] }]);
      expect(family.series(3, 0)).to.deep.equal(values);
    });

  for (const [type, written] of [
    ['varchar(20)', "'1'"],
    ['integer', '1'],
    ['decimal(10,5)', '1.5'],
    ['blob', "x'01'"],
    ['datetime', "'2024-01-01 01:02:03.004'"],
    ['boolean', '1'],
    ['', "x'01'"],
  ] as const)
    it(`of SQLite: ${type || 'none'}`, () => {
      const family = sqliteFamily(type);
      expect(family.write(family.series(1, 0)[0] ?? '')).to.equal(written);
    });

  it('are told to be uncertain where the type is not known', () => {
    expect(postgresFamily('percent', []).uncertain).to.equal(true);
    expect(postgresFamily('integer', []).uncertain).to.equal(undefined);
  });

  it('quote a text', () => {
    expect(sqliteFamily('text').write("it's")).to.equal("'it''s'");
  });
});

describe('Columns of a new row', () => {
  const one = table('t', {
    primaryKey: key(null, 'id'),
    columns: [
      column('id', { identity: 'serial' }),
      column('a'),
      column('b', { nullable: true, default: raw('7') }),
      column('c', { generated: raw('a + 1') }),
    ],
  });
  const plot: Plot = {
    table: one,
    dialect: {
      language: 'postgres',
      shown: '',
      family: postgresFamily,
      table: (name) => name,
      typed: (sql) => sql,
      literal: (name) => name,
      locator: () => ({ select: '', where: (text) => text }),
      overriding: '',
    },
    enums: [],
    conditions: [],
    rows: 1,
    hints: new Map([['a', ['42']]]),
  };

  it('are those that the database does not fill in; each begins at another value; NULL and the default come last', () => {
    const groups = groupsOf(plot, []);
    expect(groups.map(({ columns }) => columns.join())).to.deep.equal(['a', 'b']);
    // What a conversion can make something of is all that is tried.
    expect(texts(groups[0]?.choices ?? []).slice(0, 2)).to.deep.equal(["a='42'"]);
    expect(texts(groups[1]?.choices ?? [])).to.deep.equal([
      "b='11'",
      "b='12'",
      "b='13'",
      "b='14'",
      "b='15'",
      'b=NULL',
      'b=(7)',
    ]);
  });
});
