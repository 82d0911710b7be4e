/**
 * A reader of SQLite's SQL for the raw catalog alone. It shares nothing with `src/sql/`: a fault there would otherwise
 * blind the comparison of schemas and the catalog that is to find such a fault, both at once.
 */

/** A piece of SQL. */
export interface Token {
  readonly kind: 'name' | 'word' | 'literal' | 'symbol';
  /** A quoted name without its quotes; everything else as written. */
  readonly text: string;
  /** A word or a symbol in upper case; undefined for what is quoted. */
  readonly keyword: string | undefined;
}

type Read = (sql: string, start: number) => { readonly token: Token | undefined; readonly end: number };

/** The closing quote of a name by its opening one. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', '`': '`', '[': ']' };

const LONG_SYMBOLS = ['->>', '->', '||', '<<', '>>', '<=', '>=', '<>', '!=', '=='];

/** Splits SQL into tokens; white space and comments are left out. */
export function readTokens(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const { token, end } = readerAt(sql, at)(sql, at);
    if (token) tokens.push(token);
    at = end;
  }
  return tokens;
}

function readerAt(sql: string, at: number): Read {
  const first = sql.charAt(at);
  if (first.trim() === '') return (_sql, start) => ({ token: undefined, end: start + 1 });
  if (sql.startsWith('--', at)) return commentUntil('\n');
  if (sql.startsWith('/*', at)) return commentUntil('*/');
  if (first === "'" || /^x'/i.test(sql.slice(at, at + 2))) return readLiteral;
  if (first in CLOSING) return readName;
  return /[\w$\u0080-\uffff]/.test(first) || /^\.\d/.test(sql.slice(at, at + 2)) ? readWord : readSymbol;
}

function commentUntil(mark: string): Read {
  return (sql, start) => {
    const found = sql.indexOf(mark, start + 2);
    return { token: undefined, end: found < 0 ? sql.length : found + mark.length };
  };
}

function readLiteral(sql: string, start: number): ReturnType<Read> {
  const end = closing(sql, sql.indexOf("'", start) + 1, "'");
  return { token: { kind: 'literal', text: sql.slice(start, end), keyword: undefined }, end };
}

function readName(sql: string, start: number): ReturnType<Read> {
  const quote = CLOSING[sql.charAt(start)] ?? '';
  const end = closing(sql, start + 1, quote);
  const inner = sql.slice(start + 1, end - 1);
  const text = quote === ']' ? inner : inner.replaceAll(quote + quote, quote);
  return { token: { kind: 'name', text, keyword: undefined }, end };
}

/** Behind the closing quote; one that is doubled closes nothing, but for a bracket. */
function closing(sql: string, from: number, quote: string): number {
  let at = sql.indexOf(quote, from);
  while (at >= 0 && quote !== ']' && sql[at + 1] === quote) at = sql.indexOf(quote, at + 2);
  return at < 0 ? sql.length : at + 1;
}

function readWord(sql: string, start: number): ReturnType<Read> {
  const [text = ''] =
    /^(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[\w$\u0080-\uffff]+)/i.exec(sql.slice(start)) ?? [];
  const isNumber = /^[\d.]/.test(text);
  const token: Token = isNumber
    ? { kind: 'literal', text, keyword: undefined }
    : { kind: 'word', text, keyword: text.toUpperCase() };
  return { token, end: start + text.length };
}

function readSymbol(sql: string, start: number): ReturnType<Read> {
  const text = LONG_SYMBOLS.find((symbol) => sql.startsWith(symbol, start)) ?? sql.charAt(start);
  return { token: { kind: 'symbol', text, keyword: text }, end: start + text.length };
}

/** What is between the parenthesis at `open` and the one that closes it. */
export function between(tokens: readonly Token[], open: number): readonly Token[] {
  let depth = 0;
  const close = tokens.findIndex(({ kind, text }, index) => {
    if (index < open || kind !== 'symbol') return false;
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    return depth === 0;
  });
  return tokens.slice(open + 1, close < 0 ? undefined : close);
}

/** The tokens between the commas that are outside parentheses. */
export function byCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const lists: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === 'symbol' ? token.text : '';
    depth += mark === '(' ? 1 : mark === ')' ? -1 : 0;
    if (mark === ',' && depth === 0) lists.push([]);
    else lists.at(-1)?.push(token);
  }
  return lists;
}
