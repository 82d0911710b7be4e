/** A value between double quotes, as `sh` reads it back: `"a=f('b')"`. */
export function shellQuoted(value: string): string {
  return `"${value.replace(/[\\"$`]/g, '\\$&')}"`;
}

/** What `sh` makes of such a value; anything else stays as it is. */
export function shellUnquoted(word: string): string {
  const inside = /^"([\s\S]*)"$/.exec(word)?.[1];
  return inside === undefined ? word : inside.replace(/\\([\\"$`])/g, '$1');
}

/** A value as one word: without quotes where it needs none. */
export function shellWord(value: string): string {
  return /^[\w.]+$/.test(value) ? value : shellQuoted(value);
}
