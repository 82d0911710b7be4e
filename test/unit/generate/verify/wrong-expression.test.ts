import { expect } from 'chai';
import { postgres } from '../../../../src/databases/postgres/database.js';
import { pointedAt } from '../../../../src/generate/verify/wrong-expression.js';
import type { WrittenExpression } from '../../../../src/generate/verify/written-expressions.js';

const written = (sql: string, use: WrittenExpression['use']): WrittenExpression => ({
  ...{ sql, of: `${use} of jobs`, isFromOption: false, use, table: 'jobs', column: null, isRefused: false },
});
const CHECK = written('m >= 0', 'check');
const DEFAULT = written("nosuch('x')", 'default');

const REFUSALS: readonly (readonly [language: string, message: string, expected: WrittenExpression])[] = [
  ['English', 'column "m" does not exist', CHECK],
  ['German', 'Spalte »m« existiert nicht', CHECK],
  ['French', 'la colonne « m » n’existe pas', CHECK],
  ['German', 'Funktion nosuch(unknown) existiert nicht', DEFAULT],
];

describe('The expression that a database points at', () => {
  for (const [language, message, expected] of REFUSALS)
    it(`The expression that a database points at is found in ${language}: ${message}`, async () => {
      const { sql: reader } = await postgres.planner();
      const statement = `CREATE TABLE "jobs" ("n" text DEFAULT nosuch('x'), CHECK (m >= 0))`;
      const error = Object.assign(new Error(message), { code: '42703' });
      const refusal = { database: postgres, statement, reader, error };
      expect(pointedAt([CHECK, DEFAULT], refusal)).to.equal(expected);
    });
});
