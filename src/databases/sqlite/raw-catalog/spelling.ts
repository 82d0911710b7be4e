import type { Token } from './tokens.js';

/** The names that count as columns, by their lower case. */
export type Speller = ReadonlyMap<string, string>;

/** Of a table with these columns. */
export function spellerFor(columns: readonly string[]): Speller {
  return new Map(columns.map((column) => [column.toLowerCase(), column]));
}

/** Tokens as one text: columns quoted and as the table has them, all other words in upper case. */
export function spell(tokens: readonly Token[], speller: Speller): string {
  return bare(tokens)
    .map((token) => spellToken(token, speller))
    .join(' ');
}

/** A column's name without quotes. */
export function columnName(token: Token | undefined, speller: Speller): string {
  const name = token?.text ?? '';
  return speller.get(name.toLowerCase()) ?? name;
}

function spellToken({ kind, text }: Token, speller: Speller): string {
  if (kind === 'literal' || kind === 'symbol') return text;
  const column = speller.get(text.toLowerCase());
  if (column !== undefined) return `"${column}"`;
  return kind === 'name' ? `"${text}"` : text.toUpperCase();
}

/** Without parentheses around the whole. */
function bare(tokens: readonly Token[]): readonly Token[] {
  return isWrapped(tokens) ? bare(tokens.slice(1, -1)) : tokens;
}

function isWrapped(tokens: readonly Token[]): boolean {
  if (tokens.length < 3 || tokens[0]?.keyword !== '(') return false;
  let depth = 0;
  const end = tokens.findIndex(({ keyword }) => {
    depth += keyword === '(' ? 1 : keyword === ')' ? -1 : 0;
    return depth === 0;
  });
  return end === tokens.length - 1;
}
