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
  it('are numbered on PostgreSQL, and typed by the server', () => {
    expect(inlined('postgres', 'SELECT $2, $1, $2', ["it's", 5])).to.equal("SELECT '5', 'it''s', '5'");
    expect(inlined('postgres', 'SELECT $1, $2, $3', [true, null, DAY])).to.equal(
      "SELECT TRUE, NULL, '2026-11-23 12:30:15.250+00'",
    );
    expect(inlined('postgres', 'SELECT 7 -$1', [-5])).to.equal("SELECT 7 -'-5'");
  });

  it('are in their order on SQLite, or numbered', () => {
    expect(inlined('sqlite', 'SELECT ?, ?', ['a', 5])).to.equal("SELECT 'a', 5");
    expect(inlined('sqlite', 'SELECT ?2, ?1', ['a', 5])).to.equal("SELECT 5, 'a'");
    expect(inlined('sqlite', 'SELECT 7 -?, ?', [-5, false])).to.equal('SELECT 7 -(-5), 0');
  });

  it('are not looked for in quotes and comments', () => {
    expect(inlined('postgres', `SELECT '$1', "$1", $1 -- $1`, ['a'])).to.equal(
      `SELECT '$1', "$1", 'a' -- $1`,
    );
    expect(inlined('sqlite', `SELECT '?', ? /* ? */`, ['a'])).to.equal(`SELECT '?', 'a' /* ? */`);
  });

  it('leave a statement without parameters as it is', () => {
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
    it(`are refused on SQLite: ${sql} with ${typeof value}`, () => {
      expect(thrownBy(NotOffline, () => inlined('sqlite', sql, [value])).message).to.equal(words);
    });
  }
});
