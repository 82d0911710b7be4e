import { scan, type PieceKind, type SqlLanguage } from './lexer.js';
import { quoteIdentifier } from './quote.js';

/** A piece of SQL text. */
export interface Token {
  readonly kind: 'name' | 'word' | 'literal' | 'symbol';
  /** A quoted name without its quotes; a word as written. */
  readonly text: string;
  /** A word or a symbol in upper case; undefined for what is quoted. */
  readonly keyword: string | undefined;
  /** Where it stands in the SQL: from here up to `end`. */
  readonly start: number;
  readonly end: number;
}

/** Splits SQL into tokens, comments left out. */
export function tokenise(sql: string, language: SqlLanguage): readonly Token[] {
  const tokens: Token[] = [];
  scan(sql, language, (kind, text, start) => {
    if (kind !== 'space' && kind !== 'comment') tokens.push(tokenOf(kind, text, start));
  });
  return tokens;
}

/** The SQL that the tokens, which follow each other, were cut from. */
export function sourceOf(sql: string, tokens: readonly Token[]): string {
  return sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}

/** The keyword of a token, if there is a token and it is one. */
export function keyword(token: Token | undefined): string | undefined {
  return token?.keyword;
}

/** What stands between the parenthesis at `open` and its partner. */
export function inside(tokens: readonly Token[], open: number): readonly Token[] {
  let depth = 0;
  for (let index = open; index >= 0 && index < tokens.length; index += 1) {
    depth += depthOf(tokens[index]);
    if (depth === 0) return tokens.slice(open + 1, index);
  }
  return tokens.slice(open + 1);
}

/** The tokens between commas that stand outside parentheses. */
export function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthOf(token);
    if (keyword(token) === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** Positions that are not inside parentheses. */
export function topLevel(tokens: readonly Token[]): readonly number[] {
  const outside: number[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (depth === 0) outside.push(index);
    depth += depthOf(token);
  }
  return outside;
}

function depthOf(token: Token | undefined): number {
  if (token?.kind !== 'symbol') return 0;
  return token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
}

/** A name without its quotes, whichever they are. */
export function unquote(name: string): string {
  const quote = name[0];
  if (quote === '"' || quote === '`') {
    const inner = name.slice(1, -1);
    return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
  }
  return quote === '[' ? name.slice(1, -1) : name;
}

/** The token as SQL again. */
export function written(token: Pick<Token, 'kind' | 'text'>): string {
  return token.kind === 'name' ? quoteIdentifier(token.text) : token.text;
}

function tokenOf(kind: PieceKind, text: string, start: number): Token {
  const end = start + text.length;
  if (kind === 'name') return { kind, text: unquote(text), keyword: undefined, start, end };
  if (kind === 'word') return { kind, text, keyword: text.toUpperCase(), start, end };
  if (kind === 'symbol') return { kind, text, keyword: text, start, end };
  return { kind: 'literal', text, keyword: undefined, start, end };
}
