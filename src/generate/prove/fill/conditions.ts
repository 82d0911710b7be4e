import type { SqlLanguage } from '../../../sql/lexer.js';
import { tokenise, type Token } from '../../../sql/tokens.js';
import type { Family } from './family.js';

/** A check, the columns that it mentions and the literals in its text. */
export interface Condition {
  readonly sql: string;
  readonly columns: readonly string[];
  readonly literals: readonly Literal[];
}

/** A literal of a check: what it says, and whether it is a number. */
interface Literal {
  readonly text: string;
  readonly number: boolean;
}

/** How many values are made of one pattern. */
const EACH = 4;

const NUMBER = /^-?\d+(\.\d+)?$/;

/** A text of a length that a check names is no longer than this. */
const LONGEST = 300;

/** Reads a check. Names are compared without regard to case: too many columns only make the search wider. */
export function readCondition(sql: string, columns: readonly string[], language: SqlLanguage): Condition {
  const tokens = tokenise(sql, language);
  const mentioned = new Set(tokens.filter(isName).map(({ text }) => text.toLowerCase()));
  return {
    sql,
    columns: columns.filter((column) => mentioned.has(column.toLowerCase())),
    literals: tokens.flatMap(literalsOf),
  };
}

/** Values of a type that the literals of its checks suggest, as texts. */
export function suggested(family: Family, literals: readonly Literal[]): readonly string[] {
  const texts = literals.flatMap((literal) => suggestions(literal, family.length));
  return [...new Set(texts)].filter((text) => family.accepts(text));
}

function isName({ kind }: Token): boolean {
  return kind === 'name' || kind === 'word';
}

/** PostgreSQL writes a list as one literal at times, `'{A,B}'`, and a negative number as one that is cast, `'-3'::integer`. */
function literalsOf({ kind, text }: Token): readonly Literal[] {
  if (kind !== 'literal') return [];
  if (!text.startsWith("'")) return /^\d/.test(text) ? [{ text, number: true }] : [];
  const said = text.slice(1, -1).replaceAll("''", "'");
  const items = /^\{.*\}$/.test(said) ? said.slice(1, -1).split(',') : [];
  const asNumber = NUMBER.test(said) ? [{ text: said, number: true }] : [];
  return [...[said, ...items].map((one) => ({ text: one, number: false })), ...asNumber];
}

function suggestions({ text, number }: Literal, length: number | undefined): readonly string[] {
  if (!number) return /[%_]/.test(text) ? [text, ...matching(text)] : [text];
  const value = Number(text);
  if (length === undefined) return [value, value + 1, value - 1, -value, -value - 1, 1 - value].map(String);
  return value <= LONGEST
    ? [text, ...ofLength(value), ...ofLength(value + 1), ...ofLength(value - 1)]
    : [text];
}

/** Texts that are LIKE the pattern. */
function matching(pattern: string): readonly string[] {
  return counts().map((n) => pattern.replaceAll('%', n).replaceAll('_', 'a'));
}

function ofLength(length: number): readonly string[] {
  return length < 1 ? [''] : counts().map((n) => n.padEnd(length, 'a').slice(0, length));
}

function counts(): readonly string[] {
  return Array.from({ length: EACH }, (_, index) => String(index + 1));
}
