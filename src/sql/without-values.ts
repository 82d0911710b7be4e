/** Statements as telemetry shows them: what they do and to what, without the values in them. */

import { scan, type SqlLanguage } from './lexer.js';
import { tokenise, type Token } from './tokens.js';

/** More of a statement is left out, characters. */
const LONGEST = 4000;

/** What stands for a value. */
const VALUE = '?';

/**
 * The statement with `?` in place of each text and number, and without comments. What follows a quote that is not closed
 * is one value.
 */
export function withoutValues(sql: string, language: SqlLanguage): string {
  const pieces: string[] = [];
  let isCut = false;
  scan(sql, language, (kind, text) => {
    if (isCut || kind === 'comment') return;
    isCut = kind === 'symbol' && /^['"`]$/.test(text);
    if (kind === 'space') pieces.push(' ');
    else pieces.push(isCut || kind === 'text' || kind === 'number' ? VALUE : text);
  });
  return pieces.join('').replace(/ +/g, ' ').trim().slice(0, LONGEST);
}

/** What a statement does, and to which object, as far as its first words show it. */
interface StatementSummary {
  /** `CREATE INDEX`, `INSERT`. */
  readonly operation: string;
  /** The operation and the object: `CREATE INDEX ix_jobs_status`. */
  readonly summary: string;
}

/** Statements that name the kind of object behind their verb. */
const DEFINES = new Set(['CREATE', 'ALTER', 'DROP']);

/** Statements that name an object, and no kind. */
const NAMES = new Set(['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFRESH']);

/** Words between a verb, a kind and a name. */
const BETWEEN = new Set([
  ...['OR', 'REPLACE', 'UNIQUE', 'TEMP', 'TEMPORARY', 'UNLOGGED', 'MATERIALIZED', 'VIRTUAL', 'RECURSIVE'],
  ...['CONCURRENTLY', 'IF', 'NOT', 'EXISTS', 'ONLY', 'INTO', 'FROM', 'TABLE', 'VIEW'],
]);

/** How many tokens of a statement are looked at. */
const LOOKED_AT = 20;

/** Summarises a statement, without any value of it. */
export function summaryOf(sql: string, language: SqlLanguage): StatementSummary {
  const [first, ...others] = tokenise(sql, language).slice(0, LOOKED_AT);
  const verb = first?.keyword ?? '';
  const rest = others.filter(({ keyword = '' }) => !BETWEEN.has(keyword) || isKind(verb, keyword));
  if (NAMES.has(verb)) return summarised(verb, rest);
  const kind = rest[0]?.keyword;
  if (DEFINES.has(verb) && kind !== undefined) return summarised(`${verb} ${kind}`, rest.slice(1));
  return { operation: verb, summary: verb };
}

/** Tables and views are kinds where a verb defines them, and words on the way to a name elsewhere. */
function isKind(verb: string, keyword: string): boolean {
  return DEFINES.has(verb) && (keyword === 'TABLE' || keyword === 'VIEW');
}

function summarised(operation: string, rest: readonly Token[]): StatementSummary {
  const name = nameAt(rest);
  return { operation, summary: name === '' ? operation : `${operation} ${name}` };
}

/** A name with its schema; empty where there is none, as in CREATE INDEX ON. */
function nameAt([first, dot, second]: readonly Token[]): string {
  if (!first || first.keyword === 'ON' || !isName(first)) return '';
  return dot?.text === '.' && second && isName(second) ? `${first.text}.${second.text}` : first.text;
}

function isName({ kind }: Token): boolean {
  return kind === 'name' || kind === 'word';
}
