import { expect } from 'chai';
import { missingLines, sqlLines } from '../../../src/cli/generated-lines.js';
import { allowing, NEXT_LINE, statement } from '../../../src/sql/statement.js';

const part = (transaction: boolean) => ({
  suffix: '',
  description: 'Adds a.',
  transaction,
  groups: {
    postgres: {
      up: [
        {
          reason: 'a: new',
          statements: [
            statement(`SELECT${NEXT_LINE}1`),
            allowing('some-rule', 'why not', statement('SELECT 2')),
          ],
        },
      ],
      down: [],
    },
    sqlite: { up: [], down: [{ reason: 'a: gone', statements: [statement('SELECT 3')] }] },
  },
});
const revisions = [
  { id: 'AddA1', name: 'AddA', stamp: 1, part: part(true) },
  { id: 'AddA2', name: 'AddA', stamp: 2, part: part(false) },
];

describe('Generated statements as text', () => {
  it('Generated statements are listed under their purpose, dialect and direction', () => {
    expect(sqlLines(revisions.slice(0, 1), ['postgres', 'sqlite'])).to.deep.equal([
      '-- AddA1: Adds a.',
      '-- PostgreSQL, up',
      '-- a: new',
      'SELECT',
      '1;',
      '-- lint-allow some-rule: why not',
      'SELECT 2;',
      '-- PostgreSQL, down: nothing to do',
      '-- SQLite, up: nothing to do',
      '-- SQLite, down',
      '-- a: gone',
      'SELECT 3;',
    ]);
  });

  it('An empty line separates revisions, and only existing dialects are listed', () => {
    const lines = sqlLines(revisions, ['sqlite']);
    expect(lines.filter((line) => !line.startsWith('-- SQLite') && line !== 'SELECT 3;')).to.deep.equal([
      '-- AddA1: Adds a.',
      '-- a: gone',
      '',
      '-- AddA2: Adds a. Runs outside a transaction.',
      '-- a: gone',
    ]);
  });
});

describe('Missing changes as text', () => {
  it('A change that is missing in only one of two dialects names that dialect', () => {
    expect(missingLines({ postgres: ['a', 'b'], sqlite: ['b', 'c'] })).to.deep.equal([
      '  a (PostgreSQL)',
      '  b',
      '  c (SQLite)',
    ]);
    expect(missingLines({ sqlite: ['a'] })).to.deep.equal(['  a']);
    expect(missingLines({ postgres: [], sqlite: [] })).to.deep.equal([]);
  });
});
