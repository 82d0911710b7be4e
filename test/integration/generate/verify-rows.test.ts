import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { advanceCounters, compareCounters, readCounters } from '../../../src/generate/verify/counters.js';
import { compareRows, readRows } from '../../../src/generate/verify/rows.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { onScratch } from './verify-scratch.js';

const KEPT = [{ name: 't', columns: ['id', 'a'] }];

/** The effect of a statement on three rows, in words. */
async function lost(queryRunner: QueryRunner, sql: string): Promise<readonly string[]> {
  const before = await readRows(queryRunner, KEPT);
  await queryRunner.query(sql);
  return compareRows(before, await readRows(queryRunner, KEPT));
}

eachDatabase('Rows before and after', (database) => {
  const statements = [
    'CREATE TABLE t (id integer PRIMARY KEY, a varchar(9), b integer)',
    "INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 1), (3, NULL, 1)",
  ];
  const quoted = (text: string) => (database().dialect === 'sqlite' ? `'${text}'` : text);
  const where = (id: number) => (database().dialect === 'sqlite' ? `rowid is ${id}` : `id is ${id}`);

  it('The comparison of rows finds no difference when another column has changed', async () => {
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      expect(await lost(queryRunner, 'UPDATE t SET b = 2')).to.deep.equal([]);
    });
  });

  it('The comparison of rows reports a value that has changed', async () => {
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      expect(await lost(queryRunner, "UPDATE t SET a = 'new' WHERE id > 1")).to.deep.equal([
        `t: 2 of 3 rows changed, the first one in a: ${quoted('two')} is now ${quoted('new')}, where ${where(2)}`,
      ]);
    });
  });

  it('The comparison of rows reports lost rows and new rows', async () => {
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      const first = database().dialect === 'sqlite' ? 'rowid 1, id 1' : 'id 1, a one';
      expect(await lost(queryRunner, 'DELETE FROM t WHERE id < 3')).to.deep.equal([
        `t: 3 rows before, 1 after; the row with ${first} is lost`,
      ]);
      expect(await lost(queryRunner, 'INSERT INTO t VALUES (9, NULL, 1)')).to.deep.equal([
        't: 1 row before, 2 after',
      ]);
    });
  });

  it('The rows are read in a transaction that ends, so that no setting stays', async () => {
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      await readRows(queryRunner, KEPT);
      expect(queryRunner.isTransactionActive).to.equal(false);
    });
  });

  it('The comparison reports counters that move backwards', async () => {
    const isSqlite = database().dialect === 'sqlite';
    const key = isSqlite ? 'integer PRIMARY KEY AUTOINCREMENT' : 'serial PRIMARY KEY';
    const numbered = [`CREATE TABLE n (id ${key}, a integer)`, 'INSERT INTO n (a) VALUES (1), (2)'];
    await onScratch(database(), { statements: numbered }, async ({ queryRunner }) => {
      await advanceCounters(queryRunner);
      const before = await readCounters(queryRunner);
      const [name = ''] = [...before.keys()];
      expect([...before]).to.deep.equal([[isSqlite ? 'n' : 'n.id', 4n]]);
      await queryRunner.query(
        isSqlite ? "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'n'" : "SELECT setval('n_id_seq', 2)",
      );
      const after = await readCounters(queryRunner);
      expect(compareCounters(before, after, true)).to.deep.equal([
        `${name}: the next number was 4 and is now 3`,
      ]);
      await queryRunner.query('DROP TABLE n');
      const gone = await readCounters(queryRunner);
      expect(compareCounters(before, gone, false)).to.deep.equal([]);
      expect(compareCounters(before, gone, true)).to.deep.equal([
        `${name}: its counter is gone; the next number was 4`,
      ]);
    });
  });
});

onDatabase('sqlite', 'Rows of SQLite before and after', (database) => {
  it('The comparison of SQLite rows distinguishes a number from a text, and a row from one under another number', async () => {
    const statements = ['CREATE TABLE t (id, a)', "INSERT INTO t VALUES ('x', 1)"];
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      expect(await lost(queryRunner, "UPDATE t SET a = '1'")).to.deep.equal([
        "t: 1 of 1 row changed, the first one in a: 1 is now '1', where rowid is 1",
      ]);
      expect(await lost(queryRunner, 'UPDATE t SET rowid = 7')).to.deep.equal([
        "t: 1 of 1 row changed, the first one in rowid: 1 is now 7, where id is 'x'",
      ]);
    });
  });
});

onDatabase('postgres', 'Rows of PostgreSQL before and after', (database) => {
  it('The rows of PostgreSQL have the same texts in every session', async () => {
    const statements = [
      'CREATE TABLE t (id timestamptz, a bytea)',
      "INSERT INTO t VALUES ('2024-01-01 00:00:00+00', '\\x01')",
    ];
    await onScratch(database(), { statements }, async ({ queryRunner }) => {
      await queryRunner.query("SET TimeZone = 'Asia/Tokyo'");
      await queryRunner.query("SET bytea_output = 'escape'");
      expect((await readRows(queryRunner, KEPT))[0]?.rows).to.deep.equal([
        ['2024-01-01 00:00:00+00', '\\x01'],
      ]);
    });
  });
});
