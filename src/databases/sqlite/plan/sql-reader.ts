import { mentions } from '../mentions.js';
import { tokenise, type Token } from '../../../sql/tokens.js';
import type { ExpressionParts, SqlLiteral, SqlReader } from '../../sql-reader.js';

/** Reads SQL of SQLite by its tokens. Too many names make a search wider, or a warning rarer, but no result wrong. */
export const sqliteSql: SqlReader = {
  expression: partsOf,
  names: (statement, name) => mentions(statement, name),
};

function partsOf(sql: string): ExpressionParts {
  const tokens = tokenise(sql, 'sqlite');
  const words = new Set(tokens.filter(isName).map(({ text }) => text.toLowerCase()));
  return {
    reads: (column) => words.has(column.toLowerCase()),
    literals: tokens.flatMap(literalOf),
    isLiteral: tokens.every(({ kind, text }) => kind === 'literal' || /^[()+-]$/.test(text)),
    isConstant: () => ![...words].some((word) => OF_ROW.has(word)),
  };
}

/** Columns of every table, functions that vary between calls, and functions that may read anything. */
const OF_ROW = new Set(['rowid', '_rowid_', 'oid', 'random', 'randomblob', 'select']);

function isName({ kind }: Token): boolean {
  return kind === 'name' || kind === 'word';
}

function literalOf({ kind, text }: Token): readonly SqlLiteral[] {
  if (kind !== 'literal') return [];
  if (text.startsWith("'")) return [{ text: text.slice(1, -1).replaceAll("''", "'"), number: false }];
  return /^\d/.test(text) ? [{ text, number: true }] : [];
}
