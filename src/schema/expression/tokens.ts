/** A piece of SQL text. */
export interface Token {
  readonly kind: 'name' | 'word' | 'literal' | 'symbol';
  /** A quoted name without its quotes; a word as written. */
  readonly text: string;
  /** Where it stands in the SQL: from here up to `end`. */
  readonly start: number;
  readonly end: number;
}

/** Comments, literals, quoted names in the four manners, words, operators, and single characters. */
const PATTERN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|[xX]?'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[\w$\u0080-\uffff]+|->>|->|\|\||<<|>>|<=|>=|<>|!=|==|\S/g;

/** Splits SQL into tokens, comments left out. */
export function tokenise(sql: string): readonly Token[] {
  const pieces = [...sql.matchAll(PATTERN)].filter(
    ([piece]) => !piece.startsWith('--') && !piece.startsWith('/*'),
  );
  return pieces.map((match) => ({
    ...tokenOf(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The SQL that the tokens, which follow each other, were cut from. */
export function sourceOf(sql: string, tokens: readonly Token[]): string {
  return sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}

/** A word or a symbol in upper case; undefined for what is quoted. */
export function keyword(token: Token | undefined): string | undefined {
  return token && token.kind !== 'name' && token.kind !== 'literal' ? token.text.toUpperCase() : undefined;
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
  let depth = 0;
  return tokens.flatMap((token, index) => {
    const outside = depth === 0;
    depth += depthOf(token);
    return outside ? [index] : [];
  });
}

function depthOf(token: Token | undefined): number {
  const text = keyword(token);
  return text === '(' ? 1 : text === ')' ? -1 : 0;
}

/** A name without its quotes, whichever they are. */
export function unquote(name: string): string {
  const quote = name[0];
  if (quote === '"' || quote === '`') return name.slice(1, -1).replaceAll(quote + quote, quote);
  return quote === '[' ? name.slice(1, -1) : name;
}

/** The token as SQL again. */
export function written(token: Pick<Token, 'kind' | 'text'>): string {
  return token.kind === 'name' ? `"${token.text.replaceAll('"', '""')}"` : token.text;
}

function tokenOf(piece: string): Pick<Token, 'kind' | 'text'> {
  if (/^["`[]/.test(piece)) return { kind: 'name', text: unquote(piece) };
  if (/^[xX]?'/.test(piece) || /^\.?\d/.test(piece)) return { kind: 'literal', text: piece };
  if (/^[\w$\u0080-\uffff]/.test(piece)) return { kind: 'word', text: piece };
  return { kind: 'symbol', text: piece };
}
