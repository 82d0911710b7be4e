/** No text of PostgreSQL holds a NUL, and SQLite's drivers end a text there. */
export function withoutNul(words: string): string {
  return words.replaceAll('\0', '\\x00');
}

/** Every other character as an escape: a database whose encoding is not UTF-8 has no place for it. */
export function inAscii(words: string): string {
  return words.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
