import { tokenise } from '../schema/expression/tokens.js';

/** Whether SQL has the name in it, in quotes or without, in capitals or not. */
export function mentions(sql: string, name: string): boolean {
  const wanted = name.toLowerCase();
  return tokenise(sql).some(({ kind, text, start }) => {
    if (kind !== 'name' && kind !== 'word') return false;
    // A name to SQLite; to PostgreSQL it may be what is in an array.
    return text.toLowerCase() === wanted || (sql[start] === '[' && mentions(text, name));
  });
}
