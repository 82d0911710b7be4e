import { tokenise } from '../../sql/tokens.js';

/** Whether SQL of SQLite has the name in it, in quotes or without, in capitals or not. */
export function mentions(sql: string, name: string): boolean {
  const wanted = name.toLowerCase();
  return tokenise(sql, 'sqlite').some(
    ({ kind, text }) => (kind === 'name' || kind === 'word') && text.toLowerCase() === wanted,
  );
}
