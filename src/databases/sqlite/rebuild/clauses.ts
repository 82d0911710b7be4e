import { foldSqliteName } from '../../../sql/identifiers.js';
import { keyword, topLevel, type Token } from '../../../sql/tokens.js';

export type Tokens = readonly Token[];

/** A clause of a column or a constraint of a table. */
export interface Clause {
  /** The word that begins it: `CHECK`. */
  readonly word: string;
  /** From that word up to the next clause. */
  readonly tokens: Tokens;
  /** Of a constraint, in lower case. */
  readonly name: string | null;
}

const OF_TABLE = new Set(['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN']);
const OF_COLUMN = new Set(['CHECK', 'UNIQUE', 'PRIMARY', 'REFERENCES', 'COLLATE', 'AS', 'NOT', 'DEFAULT']);
const ENDS_TYPE = new Set([...OF_COLUMN, 'CONSTRAINT', 'GENERATED', 'NULL']);

/** Whether an item between the commas of CREATE TABLE is a constraint, rather than a column. */
export function isConstraint(item: Tokens): boolean {
  return OF_TABLE.has(keyword(item[0]) ?? '');
}

/** The constraint that an item is, or those of a column. */
export function clausesOf(item: Tokens): readonly Clause[] {
  if (isConstraint(item)) return [clauseAt(item, keyword(item[0]) === 'CONSTRAINT' ? 2 : 0, item.length)];
  const starts = topLevel(item).filter((at) => at > 0 && begins(item, at));
  return starts.map((at, index) => clauseAt(item, at, starts[index + 1] ?? item.length));
}

/** The words of a column's type, upper case, without spaces: `VARCHAR(20)`. */
export function typeOf(column: Tokens): string {
  const end = column.findIndex((token, at) => at > 0 && ENDS_TYPE.has(keyword(token) ?? ''));
  return column
    .slice(1, end < 0 ? undefined : end)
    .map(({ text }) => text.toUpperCase())
    .join('');
}

function clauseAt(item: Tokens, at: number, end: number): Clause {
  const name = at >= 2 && keyword(item[at - 2]) === 'CONSTRAINT' ? item[at - 1]?.text : undefined;
  return {
    word: keyword(item[at]) ?? '',
    tokens: item.slice(at, end),
    name: name === undefined ? null : foldSqliteName(name),
  };
}

/** ON DELETE SET DEFAULT begins no default, and NOT DEFERRABLE is no NOT NULL. */
function begins(item: Tokens, at: number): boolean {
  const word = keyword(item[at]) ?? '';
  if (!OF_COLUMN.has(word)) return false;
  if (word === 'DEFAULT') return keyword(item[at - 1]) !== 'SET';
  return word !== 'NOT' || keyword(item[at + 1]) === 'NULL';
}
