import type { Direction } from '../../databases/direction.js';
import type { DialectName } from '../../databases/registry.js';
import { classAt } from './revision-sources.js';

/** A statement of a class. */
export interface StatementPlace {
  readonly revision: string;
  readonly dialect: DialectName;
  readonly direction: Direction;
  /** From 1; 0 is the class itself. */
  readonly statement: number;
  /** The list in which it stands; empty where the class composes its statements. */
  readonly list: readonly string[];
}

/**
 * The line of a statement in the text of its class, from 1. Where the statement is not written there, it is the line
 * of its list or of its method, else that of the class.
 */
export function lineOfStatement(text: string, place: StatementPlace): number {
  const start = Math.max(classAt(text, place.revision), 0);
  if (place.statement === 0) return lineAt(text, start);
  const list = after(text, new RegExp(`\\b${place.dialect}\\b`), start);
  const way = after(text, new RegExp(`\\b${place.direction}\\s*[:(]`), list);
  return lineAt(text, statementAt(text, place, way) ?? way);
}

/** Each statement before it is looked for as well, since two may begin alike. */
function statementAt(text: string, { list, statement }: StatementPlace, from: number): number | undefined {
  let end = from;
  let found: number | undefined;
  for (const sql of list.slice(0, statement)) {
    found = writtenAt(text, sql, end);
    end = (found ?? end - 1) + 1;
  }
  return found;
}

/** By its first line that is no comment, as a literal of JavaScript may have it. */
function writtenAt(text: string, sql: string, from: number): number | undefined {
  const lines = sql.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('--')) ?? '';
  const forms = [first, ...['`', "'", '"'].map((quote) => escaped(first, quote))];
  const places = forms.map((form) => text.indexOf(form, from)).filter((at) => at >= 0);
  return first === '' || places.length === 0 ? undefined : Math.min(...places);
}

function escaped(sql: string, quote: string): string {
  const slashed = sql.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  return quote === '`' ? slashed.replaceAll('${', '\\${') : slashed;
}

/** The place of a match behind another place, which stays where there is none. */
function after(text: string, pattern: RegExp, from: number): number {
  const at = text.slice(from).search(pattern);
  return at < 0 ? from : from + at;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
