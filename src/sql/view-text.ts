/** Texts of views, compared token by token: spaces, comments and the quotes of plain names mean nothing. */

import type { SqlLanguage } from './lexer.js';
import { tokenise, type Token } from './tokens.js';

const PLAIN = /^[a-z_][a-z0-9_$]*$/;

/** One spelling for a text, equal where two texts have the same tokens. */
export function viewTokens(text: string, language: SqlLanguage): string {
  const tokens = tokenise(text, language);
  const isEnd = (token: Token | undefined) => token?.keyword === ';';
  const whole = isEnd(tokens.at(-1)) ? tokens.slice(0, -1) : tokens;
  return whole.map((token) => spelled(token, language)).join(' ');
}

/** SQLite knows names in any case. */
function spelled({ kind, text }: Token, language: SqlLanguage): string {
  if (kind === 'word') return text.toLowerCase();
  if (kind !== 'name') return text;
  const name = language === 'sqlite' ? text.toLowerCase() : text;
  return PLAIN.test(name) ? name : `"${name}"`;
}

/** What WITH CHECK OPTION at the end of a text of PostgreSQL means; null without one. */
export function checkOptionIn(text: string): string | null {
  const [whole, option = 'cascaded'] =
    / with (?:(local|cascaded) )?check option$/.exec(viewTokens(text, 'postgres')) ?? [];
  return whole === undefined ? null : option;
}

/** Names of relations that a text may read, the last part of each, in lower case. */
export function relationsIn(text: string, language: SqlLanguage): ReadonlySet<string> {
  const tokens = tokenise(text, language);
  const found = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!isRelationsStart(token)) continue;
    let at = index + 1;
    while (tokens[at + 1]?.text === '.' && tokens[at + 1]?.kind === 'symbol') at += 2;
    const name = tokens[at];
    if (name && (name.kind === 'name' || name.kind === 'word')) found.add(name.text.toLowerCase());
  }
  return found;
}

function isRelationsStart({ keyword }: Token): boolean {
  return keyword === 'FROM' || keyword === 'JOIN' || keyword === ',' || keyword === 'ONLY';
}

/** The text of a query of PostgreSQL without a schema before names: where that is not the same everywhere. */
export function withoutSchema(text: string, schema: string): string {
  const whole = text.trim().replace(/;$/, '');
  const tokens = tokenise(whole, 'postgres');
  return tokens.reduceRight((sql, { kind, text: name, start }, index) => {
    const [dot, next] = tokens.slice(index + 1, index + 3);
    const isSchema =
      (kind === 'name' || kind === 'word') && name === schema && tokens[index - 1]?.text !== '.';
    return isSchema && dot?.text === '.' && next ? `${sql.slice(0, start)}${sql.slice(next.start)}` : sql;
  }, whole);
}
