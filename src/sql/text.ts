import { scan, type PieceKind, type SqlLanguage } from './lexer.js';
import { masked } from '../text/secrets.js';
import { visible } from '../text/visible.js';

/** A stretch of SQL. */
export interface Stretch {
  readonly text: string;
  /** `comment` and `quoted` hold no words of SQL. */
  readonly kind: 'plain' | 'quoted' | 'comment';
}

/** Cuts SQL into what is plain and what is quoted; all stretches together are the text again. */
export function stretchesOf(sql: string, language: SqlLanguage): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let begun = 0;
  const plainUntil = (end: number) => {
    if (end > begun) stretches.push({ text: sql.slice(begun, end), kind: 'plain' });
  };
  scan(sql, language, (piece, text, start) => {
    const kind = STRETCHES[piece];
    if (kind === 'plain') return;
    plainUntil(start);
    stretches.push({ text, kind });
    begun = start + text.length;
  });
  plainUntil(sql.length);
  return stretches;
}

const STRETCHES: Readonly<Record<PieceKind, Stretch['kind']>> = {
  space: 'plain',
  comment: 'comment',
  text: 'quoted',
  name: 'quoted',
  number: 'plain',
  word: 'plain',
  symbol: 'plain',
};

/** SQL in which something else stands in the place of each text, quoted name and comment. */
export function withQuoted(sql: string, language: SqlLanguage, replace: (piece: string) => string): string {
  return stretchesOf(sql, language)
    .map(({ text, kind }) => (kind === 'plain' ? text : replace(text)))
    .join('');
}

/**
 * SQL as people read it, line by line. A line break inside of a text or a quoted name is made visible, so that what
 * stands behind it is no line of its own; the body of a function keeps its lines. Passwords are masked.
 */
export function shownLines(sql: string, language: SqlLanguage): readonly string[] {
  return stretchesOf(masked(sql), language)
    .map(({ text, kind }) =>
      kind === 'quoted' && !text.startsWith('$') ? visible(text) : text.replaceAll('\t', '  '),
    )
    .join('')
    .split(/\r?\n/);
}

/** SQL without its comments. */
export function withoutComments(sql: string, language: SqlLanguage): string {
  return stretchesOf(sql, language)
    .map(({ text, kind }) => (kind === 'comment' ? ' ' : text))
    .join('')
    .trim();
}

/** SQL from its first word on: what people write in front of a statement is left out. */
export function withoutLeadingComments(sql: string, language: SqlLanguage): string {
  const stretches = stretchesOf(sql, language);
  const first = stretches.findIndex(({ text, kind }) => kind !== 'comment' && text.trim() !== '');
  return first < 0
    ? ''
    : stretches
        .slice(first)
        .map(({ text }) => text)
        .join('')
        .trimStart();
}

/** The words of SQL alone: neither comments nor what is in quotes. */
export function plainWords(sql: string, language: SqlLanguage): string {
  return withQuoted(sql, language, () => ' ').trim();
}

/** Whether there is anything in it that a database would run. */
export function isEmptySql(sql: string, language: SqlLanguage): boolean {
  // Nearly all begin with a word, and there may be thousands.
  if (/^\s*\w/.test(sql)) return false;
  return /^[\s;]*$/.test(withoutComments(sql, language));
}
