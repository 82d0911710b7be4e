import { masked } from '../text/secrets.js';
import { visible } from '../text/visible.js';

/** Text in which a word is none of SQL's: strings, quoted names, comments, dollar quotes. */
const QUOTED =
  /\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g;

/** A stretch of SQL. */
export interface Stretch {
  readonly text: string;
  /** `comment` and `quoted` hold no words of SQL. */
  readonly kind: 'plain' | 'quoted' | 'comment';
}

/** Cuts SQL into what is plain and what is quoted; all stretches together are the text again. */
export function stretchesOf(sql: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const match of sql.matchAll(QUOTED)) {
    if (match.index > end) stretches.push({ text: sql.slice(end, match.index), kind: 'plain' });
    stretches.push({ text: match[0], kind: /^(--|\/\*)/.test(match[0]) ? 'comment' : 'quoted' });
    end = match.index + match[0].length;
  }
  if (end < sql.length) stretches.push({ text: sql.slice(end), kind: 'plain' });
  return stretches;
}

/**
 * SQL as people read it, line by line. A line break inside of a text or a quoted name is made visible, so that what stands
 * behind it is no line of its own; the body of a function keeps its lines. Passwords are masked.
 */
export function shownLines(sql: string): readonly string[] {
  return stretchesOf(masked(sql))
    .map(({ text, kind }) =>
      kind === 'quoted' && !text.startsWith('$') ? visible(text) : text.replaceAll('\t', '  '),
    )
    .join('')
    .split(/\r?\n/);
}

/** SQL without its comments. */
export function withoutComments(sql: string): string {
  return stretchesOf(sql)
    .map(({ text, kind }) => (kind === 'comment' ? ' ' : text))
    .join('')
    .trim();
}

/** SQL from its first word on: what people write in front of a statement is left out. */
export function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}

/** The words of SQL alone: neither comments nor what is in quotes. */
export function plainWords(sql: string): string {
  return stretchesOf(sql)
    .map(({ text, kind }) => (kind === 'plain' ? text : ' '))
    .join('')
    .trim();
}

/** Whether there is anything in it that a database would run. */
export function isEmptySql(sql: string): boolean {
  // Nearly all begin with a word, and there may be thousands.
  if (/^\s*\w/.test(sql)) return false;
  return /^[\s;]*$/.test(withoutComments(sql));
}
