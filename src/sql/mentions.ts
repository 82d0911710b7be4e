import type { SqlLanguage } from './lexer.js';
import { tokenise } from './tokens.js';

/** Whether SQL has the name in it, in quotes or without, in capitals or not. */
export function mentions(sql: string, name: string, language: SqlLanguage): boolean {
  const wanted = name.toLowerCase();
  return tokenise(sql, language).some(
    ({ kind, text }) => (kind === 'name' || kind === 'word') && text.toLowerCase() === wanted,
  );
}
