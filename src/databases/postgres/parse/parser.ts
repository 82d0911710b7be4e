/** Reads SQL with PostgreSQL's own parser, libpg-query. Only lint and generate load it. */

import type { Node, ScanToken } from 'libpg-query';
import { messageOf } from '../../../errors/base.js';
import { withoutLeadingComments } from '../../../sql/text.js';
import { loadPgQuery } from './pg-query.js';

/** A text as the server's own parser reads it. */
type Parsed =
  | { readonly kind: 'parsed'; readonly nodes: readonly Node[] }
  /** With the parser's words and the place, counted in characters from 1. */
  | { readonly kind: 'unparsable'; readonly problem: string; readonly position: number };

/** One statement of a text, without what stands in front of it, and the line where it begins. */
export interface SplitStatement {
  readonly sql: string;
  readonly line: number;
}

/** The statements of a text; or the line with what cannot be read. */
type Split =
  | { readonly kind: 'split'; readonly statements: readonly SplitStatement[] }
  | { readonly kind: 'unparsable'; readonly problem: string; readonly line: number };

/** PostgreSQL's parser. */
export interface Parser {
  /** Cuts a text into its statements. */
  split(sql: string): Split;
  /** Reads a text of any number of statements. */
  parse(sql: string): Parsed;
  /** Cuts a text into its tokens, comments included; into none where it cannot be read. */
  scan(sql: string): readonly ScannedToken[];
  /** The statements in the body of a DO statement and how it ends transactions; undefined where it cannot be read. */
  parseBlock(sql: string): Block | undefined;
}

/** A piece of a text, and where it is, in bytes. */
export interface ScannedToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isComment: boolean;
  /** A name, in quotes or without, or a keyword. */
  readonly isName: boolean;
}

/** The body of a DO statement. */
interface Block {
  readonly queries: readonly string[];
  /** COMMIT or ROLLBACK, where it has one. */
  readonly ends: string | null;
}

let loading: Promise<Parser> | undefined;

/** The parser, which is loaded when it is first asked for. */
export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  const library = await loadPgQuery();
  return {
    parse: (sql) => parsedBy(library, sql),
    split: (sql) => splitBy(library, sql),
    scan: (sql) => {
      const bytes = Buffer.from(sql);
      try {
        return library.scanSync(withoutControls(sql)).tokens.map((token) => scanned(token, bytes));
      } catch {
        return [];
      }
    },
    parseBlock: (sql) => {
      try {
        return blockIn(library.parsePlPgSQLSync(sql));
      } catch {
        return undefined;
      }
    },
  };
}

function parsedBy(library: Awaited<ReturnType<typeof loadPgQuery>>, sql: string): Parsed {
  try {
    const { stmts = [] } = library.parseSync(sql);
    return { kind: 'parsed', nodes: stmts.flatMap(({ stmt }) => (stmt ? [stmt] : [])) };
  } catch (error) {
    return { kind: 'unparsable', problem: messageOf(error), position: positionOf(error) };
  }
}

/** The parser counts bytes, and begins a statement behind the semicolon of the former one. */
function splitBy(library: Awaited<ReturnType<typeof loadPgQuery>>, sql: string): Split {
  const bytes = Buffer.from(sql);
  const lineAt = (text: string) => text.split('\n').length;
  try {
    const { stmts = [] } = library.parseSync(sql);
    const statements = stmts.map(({ stmt_location: at = 0, stmt_len: length }) => {
      const text = bytes.subarray(at, length ? at + length : undefined).toString();
      const own = withoutLeadingComments(text, 'postgres');
      const before = bytes.subarray(0, at).toString() + text.slice(0, text.length - own.length);
      return { sql: own.trimEnd(), line: lineAt(before) };
    });
    return { kind: 'split', statements };
  } catch (error) {
    const before = sql.slice(0, positionOf(error) - 1);
    return { kind: 'unparsable', problem: messageOf(error), line: lineAt(before) };
  }
}

function positionOf(error: unknown): number {
  const { sqlDetails } = error as { readonly sqlDetails?: { readonly cursorPosition?: number } };
  return (sqlDetails?.cursorPosition ?? 0) + 1;
}

/** The library cannot print a token with one of these in it: https://github.com/constructive-io/libpg-query-node */
function withoutControls(sql: string): string {
  return sql.replace(/(?![\n\r\t])\p{Cc}/gu, (control) => ' '.repeat(Buffer.byteLength(control)));
}

const COMMENTS = new Set(['SQL_COMMENT', 'C_COMMENT']);

function scanned({ start, end, tokenName, keywordName }: ScanToken, bytes: Buffer): ScannedToken {
  const text = bytes.subarray(start, end).toString();
  const isName = tokenName === 'IDENT' || keywordName !== 'NO_KEYWORD' || /^U&"/i.test(text);
  return { start, end, text, isComment: COMMENTS.has(tokenName), isName };
}

/** `RawParseMode` of the server: 0 is a statement, the others are parts of one. */
const STATEMENT = 0;

function blockIn(tree: unknown): Block {
  const queries: string[] = [];
  let ends: string | null = null;
  visitObjects(tree, (object) => {
    if ('PLpgSQL_stmt_commit' in object) ends = 'COMMIT';
    if ('PLpgSQL_stmt_rollback' in object) ends ??= 'ROLLBACK';
    const { query, parseMode } = object;
    if (typeof query === 'string' && (parseMode ?? STATEMENT) === STATEMENT) queries.push(query);
  });
  return { queries, ends };
}

/** Every object in a tree of plain data, in the order in which they are written. */
export function visitObjects(
  tree: unknown,
  visit: (object: Readonly<Record<string, unknown>>) => void,
): void {
  if (typeof tree !== 'object' || tree === null) return;
  if (!Array.isArray(tree)) visit(tree as Readonly<Record<string, unknown>>);
  for (const child of Object.values(tree)) visitObjects(child, visit);
}
