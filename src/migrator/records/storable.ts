/** Half of a character of two units, which UTF-8 has no form for: each driver writes something else. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** No text of PostgreSQL holds a NUL, and SQLite's drivers end a text there. */
export function wellFormed(words: string): string {
  return words.replaceAll('\0', '\\x00').replace(LONE_SURROGATE, '\ufffd');
}

/** Every other character as an escape: a database whose encoding is not UTF-8 has no place for it. */
export function inAscii(words: string): string {
  return words.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
