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

/** White space, comments, literals, quoted names in the four manners, words, operators, and single characters. */
const PATTERN =
  /[\t-\r ]+|--[^\n]*|\/\*[\s\S]*?\*\/|[xX]?'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[\w$\u0080-\uffff]+|->>|->|\|\||<<|>>|<=|>=|<>|!=|==|\S/y;

const QUOTES = '"`[';
const SPACES = ' \n\t\r\v\f';
const WORD = /^[\w$\u0080-\uffff]/;

/** Splits SQL into tokens, comments left out. */
export function tokenise(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = 0;
  // A sticky pattern tells by itself where a piece ends; a match for each would cost more than all the rest.
  for (PATTERN.lastIndex = 0; PATTERN.test(sql); start = PATTERN.lastIndex) {
    const token = tokenAt(sql, start, PATTERN.lastIndex);
    if (token) tokens.push(token);
  }
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
  return token.kind === 'name' ? `"${token.text.replaceAll('"', '""')}"` : token.text;
}

/** The first character says what a piece is; undefined for white space and comments. */
function tokenAt(sql: string, start: number, end: number): Token | undefined {
  const first = sql[start] ?? '';
  if (SPACES.includes(first)) return undefined;
  const text = sql.slice(start, end);
  if (text.startsWith('--') || text.startsWith('/*')) return undefined;
  if (QUOTES.includes(first)) return { kind: 'name', text: unquote(text), keyword: undefined, start, end };
  if (isLiteral(text, first)) return { kind: 'literal', text, keyword: undefined, start, end };
  const kind = WORD.test(first) ? 'word' : 'symbol';
  return { kind, text, keyword: kind === 'word' ? text.toUpperCase() : text, start, end };
}

/** A text, with the x of a binary one, or a number; `.5` is one and `.` is none. */
function isLiteral(text: string, first: string): boolean {
  if (first === "'" || isDigit(first)) return true;
  const second = text[1] ?? '';
  if (first === '.') return isDigit(second);
  return second === "'" && (first === 'x' || first === 'X');
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
