import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { sqliteSql } from '../../../src/databases/sqlite/plan/sql-reader.js';

/** Keywords of expressions. */
const WORDS = (
  'AND AS BETWEEN CASE CAST COLLATE CURRENT_DATE DISTINCT ELSE END ESCAPE EXISTS FALSE FILTER FROM GLOB GROUP HAVING IN IS ' +
  'ISNULL LIKE LIMIT MATCH NOT NOTNULL NULL OR ORDER OVER REGEXP SELECT THEN TRUE UNION VALUES WHEN WHERE'
).split(' ');

const reads = (sql: string, column: string) => sqliteSql.expression(sql)?.reads(column);

describe('The columns that an expression of SQLite may read', () => {
  it('SQLite takes no keyword for a column that the reader takes for none', async () => {
    const dataSource = new DataSource({ type: chooseSqliteDriver().type, database: ':memory:' });
    await dataSource.initialize();
    try {
      const wrong: string[] = [];
      for (const word of WORDS.filter((one) => !reads(`"a" + ${one}`, one))) {
        const query = dataSource.query(`SELECT ${word} AS found FROM (SELECT 'column' AS "${word}")`);
        const rows = (await query.catch(() => [])) as readonly { readonly found: unknown }[];
        if (rows[0]?.found === 'column') wrong.push(word);
      }
      expect(wrong).to.deep.equal([]);
    } finally {
      await dataSource.destroy();
    }
  });

  for (const [sql, column, isRead] of [
    ['"a" IS NOT NULL', 'null', false],
    ['"a" IS NOT "null"', 'null', true],
    ['lower(a)', 'LOWER', false],
    ['lower(a)', 'A', true],
    ['a COLLATE NOCASE', 'nocase', false],
    ['CASE WHEN a THEN "end" END', 'case', false],
    ['end > 3', 'end', true],
  ] as const)
    it(`${sql} ${isRead ? 'may read' : 'does not read'} ${column}`, () => {
      expect(reads(sql, column)).to.equal(isRead);
    });
});
