import { expect } from 'chai';
import { transactionEndIn } from '../../../src/databases/kept-transaction.js';

const ENDS: readonly (readonly [sql: string, word: string])[] = [
  ['COMMIT', 'COMMIT'],
  ['commit transaction', 'COMMIT'],
  ['-- done\nCOMMIT', 'COMMIT'],
  ['/* a */ /* b */ END', 'END'],
  ['ROLLBACK', 'ROLLBACK'],
  ['ABORT', 'ABORT'],
  ['UPDATE t SET a = 1; COMMIT; BEGIN', 'COMMIT'],
  ["UPDATE t SET a = 'it''s'; ROLLBACK", 'ROLLBACK'],
  ['CREATE TABLE half (id integer); COMMIT', 'COMMIT'],
  ["PREPARE TRANSACTION 'x1'", 'PREPARE TRANSACTION'],
  ["prepare /* a */ -- b\n transaction 'x2'", 'PREPARE TRANSACTION'],
  ["SELECT 1; PREPARE TRANSACTION 'x3'", 'PREPARE TRANSACTION'],
  ['CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT', 'COMMIT'],
];

const OTHERS: readonly string[] = [
  'ROLLBACK TO SAVEPOINT typeorm_1',
  'ROLLBACK TRANSACTION TO one',
  'ROLLBACK PREPARED $1',
  'COMMIT PREPARED $1',
  'RELEASE SAVEPOINT typeorm_1',
  'PREPARE transaction_of AS SELECT 1',
  "SELECT 'PREPARE TRANSACTION'",
  "UPDATE t SET a = '; COMMIT'",
  'SELECT 1 AS "; ROLLBACK"',
  'SELECT 1 -- ; COMMIT',
  'DO $$ BEGIN COMMIT; END $$',
  'DO $body$ BEGIN PERFORM 1; END $body$',
  'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = 1; END',
  'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END',
  'INSERT INTO endings VALUES (1)',
  "SELECT E'it\\'s; COMMIT'",
];

describe('transactionEndIn', () => {
  for (const [sql, word] of ENDS) {
    it(`transactionEndIn finds ${word} in: ${sql.replace(/\s+/g, ' ')}`, () => {
      expect(transactionEndIn(sql, 'postgres')).to.equal(word);
    });
  }
  for (const sql of OTHERS) {
    it(`transactionEndIn finds no end of a transaction in: ${sql}`, () => {
      expect(transactionEndIn(sql, 'postgres')).to.equal(undefined);
    });
  }
});
