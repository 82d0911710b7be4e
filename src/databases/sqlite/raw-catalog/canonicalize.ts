import type { Token } from './tokens.js';

/** The names that count as columns, by their lower case. */
export type CanonicalNames = ReadonlyMap<string, string>;

/** Of a table with these columns. */
export function canonicalNamesFor(columns: readonly string[]): CanonicalNames {
  return new Map(columns.map((column) => [column.toLowerCase(), column]));
}

/** Tokens as one text: columns quoted and as the table has them, all other words in upper case. */
export function canonicalize(tokens: readonly Token[], canonicalNames: CanonicalNames): string {
  return bare(tokens)
    .map((token) => canonicalizeToken(token, canonicalNames))
    .join(' ');
}

/** A column's name without quotes. */
export function columnName(token: Token | undefined, canonicalNames: CanonicalNames): string {
  const name = token?.text ?? '';
  return canonicalNames.get(name.toLowerCase()) ?? name;
}

function canonicalizeToken({ kind, text }: Token, canonicalNames: CanonicalNames): string {
  if (kind === 'literal' || kind === 'symbol') return text;
  const column = canonicalNames.get(text.toLowerCase());
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
