import { tokenise, written, type Token } from '../../sql/tokens.js';
import { quoteLiteral } from '../../sql/quote.js';
import { foldSqliteName } from '../../sql/identifiers.js';

/**
 * One spelling of an SQLite expression: names quoted and in lower case, keywords in upper case, parentheses exactly
 * where an operator stands. SQLite keeps expressions as they were written, so this is all that tells two apart.
 *
 * What the grammar here does not know (a row value, a window) keeps its own parentheses and is compared token by token.
 *
 * @param columns that it may mention; null for a default, which may mention none
 */
export function canonicalSqlite(sql: string, columns: readonly string[] | null): string {
  const names = new Set(columns?.map(foldSqliteName));
  const all = tokenise(sql, 'sqlite');
  const tokens = all.map((token, index) => (isText(all, index, names) ? textOf(token) : token));
  const reader = new Reader(columns === null && tokens.length === 1 ? tokens.map(wordAsText) : tokens);
  try {
    const text = reader.expression(0);
    if (reader.atEnd()) return text;
  } catch (error) {
    if (!(error instanceof UnknownGrammar)) throw error;
  }
  return tokens.map((token) => canonicalize(token, names)).join(' ');
}

/** Collations are named in any case; BINARY is what a column has that names none. */
export function canonicalizeSqliteCollation(collation: string): string | null {
  const upper = collation.toUpperCase();
  return upper === 'BINARY' ? null : upper;
}

/** A quoted name that names nothing is a text: https://www.sqlite.org/quirks.html#dblquote */
function isText(tokens: readonly Token[], index: number, columns: ReadonlySet<string>): boolean {
  const token = tokens[index];
  if (token?.kind !== 'name' || columns.has(foldSqliteName(token.text))) return false;
  const [before, after] = [tokens[index - 1]?.keyword, tokens[index + 1]?.keyword];
  return before !== '.' && before !== 'COLLATE' && after !== '.' && after !== '(';
}

function textOf(token: Token): Token {
  return { ...token, kind: 'literal', keyword: undefined, text: quoteLiteral(token.text) };
}

/** A word that stands alone as a default is a text, unless it means something. */
function wordAsText(token: Token): Token {
  return token.kind === 'word' && !CONSTANTS.includes(token.text.toUpperCase()) ? textOf(token) : token;
}

class UnknownGrammar extends Error {}

/** How tightly operators bind, loosest first: https://www.sqlite.org/lang_expr.html#operators_and_parse_affecting_attributes */
const BINDING: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ['OR'],
    ['AND'],
    ['NOT'],
    ['=', '==', '<>', '!=', 'IS', 'IN', 'LIKE', 'GLOB', 'MATCH', 'REGEXP', 'BETWEEN', 'ISNULL', 'NOTNULL'],
    ['<', '<=', '>', '>='],
    ['ESCAPE'],
    ['&', '|', '<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
    ['||', '->', '->>'],
    ['COLLATE'],
  ].flatMap((operators, level) => operators.map((operator) => [operator, (level + 1) * 10])),
);

const UNARY = 120;
const EQUALITY = 40;
/** Two ways to write one operator. */
const SYNONYMS: Readonly<Record<string, string>> = { '==': '=', '!=': '<>' };
const CONSTANTS = ['NULL', 'TRUE', 'FALSE', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'];

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  expression(least: number): string {
    let left = this.#operand();
    for (let next = this.#infix(least); next !== undefined; next = this.#infix(least))
      left = this.#apply(left, next);
    return left;
  }

  /** The operator that comes next, NOT before it included, if it binds at least that tightly. */
  #infix(least: number): string | undefined {
    const word = this.#peek();
    const operator = word === 'NOT' ? this.#peek(1) : word;
    if (word === 'NOT' && operator === 'NULL') return EQUALITY > least ? 'NOT NULL' : undefined;
    const binding = operator === undefined ? undefined : BINDING[operator];
    if (binding === undefined || binding <= least || (word === 'NOT' && binding !== EQUALITY))
      return undefined;
    return word === 'NOT' ? `NOT ${operator ?? ''}` : operator;
  }

  #apply(left: string, operator: string): string {
    const bare = operator.replace(/^NOT /, '');
    this.#at += operator === bare ? 1 : 2;
    if (operator === 'NOT NULL' || bare === 'NOTNULL') return `(${left} IS NOT NULL)`;
    if (bare === 'ISNULL') return `(${left} IS NULL)`;
    if (bare === 'IN') return `(${left} ${operator} ${this.#list()})`;
    if (bare === 'BETWEEN') return `(${left} ${operator} ${this.#between()})`;
    if (bare === 'IS' && this.#accept('NOT')) return `(${left} IS NOT ${this.expression(EQUALITY)})`;
    const right = this.expression(BINDING[bare] ?? UNARY);
    return `(${left} ${SYNONYMS[operator] ?? operator} ${right})`;
  }

  #between(): string {
    const low = this.expression(EQUALITY);
    this.#expect('AND');
    return `${low} AND ${this.expression(EQUALITY)}`;
  }

  #operand(): string {
    const token = this.#tokens[this.#at];
    if (!token) throw new UnknownGrammar();
    this.#at += 1;
    if (token.kind === 'literal') return token.text;
    if (token.kind === 'name') return this.#path(nameOf(token.text));
    return token.kind === 'symbol' ? this.#prefixed(token.text) : this.#word(token.text);
  }

  #prefixed(symbol: string): string {
    if (symbol === '(') return this.#parenthesised();
    if (['-', '+', '~'].includes(symbol)) return `(${symbol}${this.expression(UNARY)})`;
    throw new UnknownGrammar();
  }

  /** Parentheses around one expression mean nothing more, since every operator brings its own. */
  #parenthesised(): string {
    const inner = this.expression(0);
    this.#expect(')');
    return inner;
  }

  #word(word: string): string {
    const upper = word.toUpperCase();
    if (upper === 'NOT') return `(NOT ${this.expression(BINDING['NOT'] ?? 0)})`;
    if (CONSTANTS.includes(upper)) return upper;
    if (upper === 'CASE') return this.#case();
    if (upper === 'CAST') return this.#cast();
    if (['SELECT', 'EXISTS', 'FILTER', 'OVER', 'RAISE', 'DISTINCT'].includes(upper))
      throw new UnknownGrammar();
    if (this.#peek() === '(') return `${foldSqliteName(word)}${this.#list()}`;
    return this.#path(nameOf(word));
  }

  #path(name: string): string {
    return this.#accept('.') ? `${name}.${this.#operand()}` : name;
  }

  #list(): string {
    this.#expect('(');
    const items: string[] = [];
    while (!this.#accept(')')) {
      items.push(this.#accept('*') ? '*' : this.expression(0));
      if (!this.#accept(',') && this.#peek() !== ')') throw new UnknownGrammar();
    }
    return `(${items.join(', ')})`;
  }

  #case(): string {
    const parts = ['CASE'];
    if (this.#peek() !== 'WHEN') parts.push(this.expression(0));
    while (this.#accept('WHEN')) {
      parts.push('WHEN', this.expression(0));
      this.#expect('THEN');
      parts.push('THEN', this.expression(0));
    }
    if (this.#accept('ELSE')) parts.push('ELSE', this.expression(0));
    this.#expect('END');
    return `${parts.join(' ')} END`;
  }

  #cast(): string {
    this.#expect('(');
    const value = this.expression(0);
    this.#expect('AS');
    const type: string[] = [];
    for (let depth = 0; depth > 0 || this.#peek() !== ')'; this.#at += 1) {
      const token = this.#peek();
      if (token === undefined) throw new UnknownGrammar();
      depth += token === '(' ? 1 : token === ')' ? -1 : 0;
      type.push(token);
    }
    this.#expect(')');
    return `CAST(${value} AS ${type.join(' ')})`;
  }

  /** The next token if it is a keyword or a symbol; a quoted name is neither. */
  #peek(ahead = 0): string | undefined {
    const token = this.#tokens[this.#at + ahead];
    return token?.keyword ?? (token?.kind === 'literal' ? token.text : undefined);
  }

  #accept(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new UnknownGrammar();
  }
}

/** One token, where the grammar is not known. */
function canonicalize({ kind, text }: Token, columns: ReadonlySet<string>): string {
  if (kind === 'name') return nameOf(text);
  if (kind !== 'word') return text;
  const upper = text.toUpperCase();
  return columns.has(foldSqliteName(text)) && !CONSTANTS.includes(upper) ? nameOf(text) : upper;
}

function nameOf(name: string): string {
  return written({ kind: 'name', text: foldSqliteName(name) });
}
