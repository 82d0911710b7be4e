import { mentions } from '../mentions.js';
import { keyword, tokenise, type Token } from '../../../sql/tokens.js';
import type { ExpressionParts, SqlLiteral, SqlReader } from '../../sql-reader.js';

/** Reads SQL of SQLite by its tokens. Too many names make a search wider, or a warning rarer, but no result wrong. */
export const sqliteSql: SqlReader = {
  expression: partsOf,
  names: (statement, name) => mentions(statement, name),
};

function partsOf(sql: string): ExpressionParts {
  const tokens = tokenise(sql, 'sqlite');
  const words = namesIn(tokens);
  const columns = namesIn(tokens.filter((_, index) => mayBeColumn(tokens, index)));
  return {
    reads: (column) => columns.has(column.toLowerCase()),
    literals: tokens.flatMap(literalOf),
    isLiteral: tokens.every(({ kind, text }) => kind === 'literal' || /^[()+-]$/.test(text)),
    isConstant: () => ![...words].some((word) => OF_ROW.has(word)),
  };
}

/** Columns of every table, functions that vary between calls, and functions that may read anything. */
const OF_ROW = new Set(['rowid', '_rowid_', 'oid', 'random', 'randomblob', 'select']);

function namesIn(tokens: readonly Token[]): ReadonlySet<string> {
  return new Set(tokens.filter(isName).map(({ text }) => text.toLowerCase()));
}

/**
 * Words of expressions that SQLite takes for no name unless they are quoted. Others, END for example, may be one:
 * https://www.sqlite.org/lang_keywords.html
 */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'AND AS BETWEEN CASE COLLATE DISTINCT ELSE ESCAPE EXISTS FROM GROUP HAVING IN IS ISNULL LIMIT ' +
    'NOT NOTNULL NULL OR ORDER SELECT THEN UNION VALUES WHEN WHERE'
  ).split(' '),
);

/** Not a keyword, the name of a function, or that of a collation. */
function mayBeColumn(tokens: readonly Token[], index: number): boolean {
  const word = keyword(tokens[index]);
  if (keyword(tokens[index - 1]) === 'COLLATE' || keyword(tokens[index + 1]) === '(') return false;
  return word === undefined || !RESERVED.has(word);
}

function isName({ kind }: Token): boolean {
  return kind === 'name' || kind === 'word';
}

function literalOf({ kind, text }: Token): readonly SqlLiteral[] {
  if (kind !== 'literal') return [];
  if (text.startsWith("'")) return [{ text: text.slice(1, -1).replaceAll("''", "'"), number: false }];
  return /^\d/.test(text) ? [{ text, number: true }] : [];
}
