/** How long a name of PostgreSQL may be: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export const NAME_BYTES = 63;

/** A name in a statement for PostgreSQL, as the source of a regular expression. */
export const NAME_PATTERN = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;

/** The name that PostgreSQL reads: what the quotes enclose, or the letters in lower case. */
export function readName(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

/** What PostgreSQL keeps of a name. */
export function keptName(name: string): string {
  return truncated(name, NAME_BYTES);
}

/** The beginning of a name, as many whole characters of it as fit. */
export function truncated(name: string, bytes: number): string {
  if (name.length * 3 <= bytes) return name;
  const encoded = Buffer.from(name);
  if (encoded.length <= bytes) return name;
  let end = bytes;
  // The second and later bytes of a character begin with the bits 10.
  while (((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end);
}

/** A name as SQLite compares it: letters of ASCII are the same in both cases, all others are not. */
export function foldSqliteName(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : name;
}

/** Whether two names are one to SQLite. */
export function isSameSqliteName(a: string, b: string): boolean {
  return foldSqliteName(a) === foldSqliteName(b);
}

/**
 * The name that PostgreSQL gives to what belongs to a column: it shortens the longer of both names until all of it fits,
 * as `makeObjectName` of its sources does.
 *
 * @param label `_seq` or `_not_null`, with a number where names are taken
 */
export function nameOfServer(table: string, column: string, label: string): string {
  const room = NAME_BYTES - label.length - 1;
  let [first, second] = [Buffer.byteLength(table), Buffer.byteLength(column)];
  while (first + second > room) {
    if (first > second) first -= 1;
    else second -= 1;
  }
  return `${truncated(table, first)}_${truncated(column, second)}${label}`;
}
