import { inside, keyword, splitAtCommas, tokenise, type Token } from './tokens.js';

/** What a statement of SQLite does to a table, an index or a trigger; names without quotes and schema. */
export type SqliteStatement =
  | {
      readonly kind: 'create-table';
      readonly table: string;
      /** Null for CREATE TABLE ... AS SELECT, whose columns only the database knows. */
      readonly columns: readonly string[] | null;
    }
  | {
      readonly kind: 'create-index';
      readonly name: string;
      readonly table: string;
      readonly unique: boolean;
    }
  | { readonly kind: 'create-trigger' | 'drop-index' | 'drop-trigger'; readonly name: string }
  | { readonly kind: 'drop-table'; readonly table: string }
  | { readonly kind: 'add-column'; readonly table: string; readonly column: string }
  | { readonly kind: 'drop-column'; readonly table: string; readonly column: string }
  | { readonly kind: 'rename-table'; readonly table: string; readonly to: string }
  | {
      readonly kind: 'rename-column';
      readonly table: string;
      readonly column: string;
      readonly to: string;
    };

type Tokens = readonly Token[];

/** The words that such a statement begins with. */
const VERB = /\b(?:ALTER|CREATE|DROP)\b/i;

/** Reads a statement; undefined for one that does something else. https://www.sqlite.org/lang.html */
export function readSqliteStatement(sql: string): SqliteStatement | undefined {
  // The migrator asks of each statement that it runs, and those that write rows may be long.
  if (!VERB.test(sql)) return undefined;
  const tokens = tokenise(sql, 'sqlite');
  const [verb, second, third] = tokens.slice(0, 3).map(keyword);
  if (verb === 'ALTER' && second === 'TABLE') return alterTable(tokens);
  if (verb === 'DROP') return drop(tokens);
  if (verb !== 'CREATE') return undefined;
  if (second === 'UNIQUE' && third === 'INDEX') return createIndex(tokens, 3);
  if (second === 'INDEX') return createIndex(tokens, 2);
  if (second === 'TABLE') return createTable(tokens);
  return second === 'TRIGGER' ? { kind: 'create-trigger', name: nameAt(tokens, 2).name } : undefined;
}

/** A name at a place, behind IF [NOT] EXISTS; the schema in front of it is left out. */
function nameAt(tokens: Tokens, at: number): { readonly name: string; readonly next: number } {
  let next = at;
  if (keyword(tokens[next]) === 'IF')
    while (['IF', 'NOT', 'EXISTS'].includes(keyword(tokens[next]) ?? '')) next += 1;
  if (keyword(tokens[next + 1]) === '.') next += 2;
  return { name: nameOf(tokens[next]), next: next + 1 };
}

/** SQLite takes a text for a name where it wants one: https://www.sqlite.org/quirks.html#dblquote */
function nameOf(token: Token | undefined): string {
  if (token?.kind !== 'literal') return token?.text ?? '';
  return token.text.startsWith("'") ? token.text.slice(1, -1).replaceAll("''", "'") : token.text;
}

function drop(tokens: Tokens): SqliteStatement | undefined {
  const { name } = nameAt(tokens, 2);
  switch (keyword(tokens[1])) {
    case 'TABLE':
      return { kind: 'drop-table', table: name };
    case 'INDEX':
      return { kind: 'drop-index', name };
    case 'TRIGGER':
      return { kind: 'drop-trigger', name };
    default:
      return undefined;
  }
}

function createIndex(tokens: Tokens, at: number): SqliteStatement {
  const { name, next } = nameAt(tokens, at);
  return { kind: 'create-index', name, table: nameAt(tokens, next + 1).name, unique: at === 3 };
}

function createTable(tokens: Tokens): SqliteStatement {
  const { name, next } = nameAt(tokens, 2);
  const isList = keyword(tokens[next]) === '(';
  const columns = isList ? splitAtCommas(inside(tokens, next)).flatMap(columnIn) : null;
  return { kind: 'create-table', table: name, columns };
}

const TABLE_CONSTRAINT = /^(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)$/;

function columnIn([first]: Tokens): readonly string[] {
  return first === undefined || TABLE_CONSTRAINT.test(keyword(first) ?? '') ? [] : [nameOf(first)];
}

function alterTable(tokens: Tokens): SqliteStatement | undefined {
  const { name: table, next } = nameAt(tokens, 2);
  const rest = tokens.slice(next);
  const at = keyword(rest[1]) === 'COLUMN' ? 2 : 1;
  const column = nameOf(rest[at]);
  switch (keyword(rest[0])) {
    case 'ADD':
      return { kind: 'add-column', table, column };
    case 'DROP':
      return { kind: 'drop-column', table, column };
    case 'RENAME':
      return keyword(rest[1]) === 'TO'
        ? { kind: 'rename-table', table, to: nameOf(rest[2]) }
        : { kind: 'rename-column', table, column, to: nameOf(rest[at + 2]) };
    default:
      return undefined;
  }
}
