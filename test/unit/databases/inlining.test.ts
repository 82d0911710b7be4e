import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { NotOffline } from '../../../src/databases/inlining.js';
import { databaseNamed } from '../../../src/databases/registry.js';
import { thrownBy } from '../support/thrown-by.js';

type Driver = 'postgres' | 'sqlite' | 'better-sqlite3';

function inlined(type: Driver, sql: string, parameters: readonly unknown[]): string {
  const database = databaseNamed(type === 'postgres' ? 'postgres' : 'sqlite');
  return database.inlined({ options: { type } } as unknown as DataSource, sql, parameters);
}

const DAY = new Date(Date.UTC(2026, 10, 23, 12, 30, 15, 250));

describe('Parameters written into a statement', () => {
  it('Inlined parameters of PostgreSQL are found by number, and the server gives them a type', () => {
    expect(inlined('postgres', 'SELECT $2, $1, $2', ["it's", 5])).to.equal("SELECT '5', 'it''s', '5'");
    expect(inlined('postgres', 'SELECT $1, $2, $3', [true, null, DAY])).to.equal(
      "SELECT TRUE, NULL, '2026-11-23 12:30:15.250+00'",
    );
    expect(inlined('postgres', 'SELECT 7 -$1', [-5])).to.equal("SELECT 7 -'-5'");
  });

  it('Inlined parameters of SQLite are found by order or by number', () => {
    expect(inlined('sqlite', 'SELECT ?, ?', ['a', 5])).to.equal("SELECT 'a', 5");
    expect(inlined('sqlite', 'SELECT ?2, ?1', ['a', 5])).to.equal("SELECT 5, 'a'");
    expect(inlined('sqlite', 'SELECT 7 -?, ?', [-5, false])).to.equal('SELECT 7 -(-5), 0');
  });

  it('Inlining ignores placeholders in quotes and comments', () => {
    expect(inlined('postgres', `SELECT '$1', "$1", $1 -- $1`, ['a'])).to.equal(
      `SELECT '$1', "$1", 'a' -- $1`,
    );
    expect(inlined('sqlite', `SELECT '?', ? /* ? */`, ['a'])).to.equal(`SELECT '?', 'a' /* ? */`);
  });

  it('Inlining leaves a statement without parameters unchanged', () => {
    expect(inlined('postgres', `SELECT '{"a": 1}'::jsonb ? 'a'`, [])).to.equal(
      `SELECT '{"a": 1}'::jsonb ? 'a'`,
    );
  });

  for (const [sql, value, words] of [
    ['SELECT $1', 'a', 'it has named parameters; a script supports only ?'],
    ['SELECT :name', 'a', 'it has named parameters; a script supports only ?'],
    ['SELECT ?', DAY, 'it has a parameter that cannot be written as text (Date)'],
    ['SELECT ?', { a: 1 }, 'it has a parameter that cannot be written as text (object)'],
  ] as const) {
    it(`Inlining on SQLite rejects a ${typeof value} in ${sql}`, () => {
      expect(thrownBy(NotOffline, () => inlined('sqlite', sql, [value])).message).to.equal(words);
    });
  }
});
