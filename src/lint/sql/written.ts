import { unquote } from '../../sql/tokens.js';
import type { Parser, ScannedToken } from '../../databases/postgres/parse/parser.js';

/** A statement of PostgreSQL as it is written. Places in it are counted in bytes, as its parser counts. */
export interface WrittenSql {
  readonly sql: string;
  readonly bytes: Buffer;
  /** None where the server could not read it. */
  readonly tokens: () => readonly ScannedToken[];
}

/** A statement, whose tokens are found when they are first asked for. */
export function written(parser: Parser, sql: string): WrittenSql {
  let tokens: readonly ScannedToken[] | undefined;
  return { sql, bytes: Buffer.from(sql), tokens: () => (tokens ??= parser.scan(sql)) };
}

/** What is written from a place on: up to a comma or a parenthesis that ends it, or to the end of the statement. */
export function clauseAt({ bytes, tokens }: WrittenSql, at: number): string {
  let depth = 0;
  let end = bytes.length;
  for (const { start, text } of tokens()) {
    if (start < at) continue;
    if (depth === 0 && /^[,;)]$/.test(text)) {
      end = start;
      break;
    }
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
  }
  return bytes.subarray(at, end).toString().trim();
}

/** The same, or the whole statement, in one line without comments; texts and names stay as they are. */
export function lineFrom(from: WrittenSql, at = 0): string {
  const end = at === 0 ? from.bytes.length : at + Buffer.byteLength(clauseAt(from, at));
  let line = '';
  let last = at;
  for (const { start, end: next, text, isComment } of from.tokens()) {
    if (isComment || start < at || start >= end) continue;
    line += `${start > last && line !== '' ? ' ' : ''}${text}`;
    last = next;
  }
  return line.replace(/[\s;]+$/, '');
}

/** Names as they are written, longer ones than PostgreSQL keeps included. */
export function identifiersIn({ tokens }: WrittenSql): readonly string[] {
  return tokens()
    .filter(({ isName }) => isName)
    .map(({ text }) => unquote(text.replace(/^U&(?=")/i, '')));
}
