/** An identifier as both databases write it: `"jobs"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Identifiers with commas between: `"a", "b"`. */
export function quoteIdentifiers(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

/** A name that may have a schema in front of it, as the schema model writes it: `app.jobs` becomes `"app"."jobs"`. */
export function quotePath(path: string): string {
  return path.split('.').map(quoteIdentifier).join('.');
}

/** Several of them, with commas between. */
export function quotePaths(paths: readonly string[]): string {
  return paths.map(quotePath).join(', ');
}

/** A text as a literal. In PostgreSQL it needs standard_conforming_strings, which is on by default. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A value of a decorator as a literal. TypeORM puts quotes around it and escapes none inside, so whoever knows that has
 * doubled them; single ones are doubled here.
 */
export function decoratorLiteral(text: string): string {
  const isEscaped = !text.replaceAll("''", '').includes("'");
  return isEscaped ? `'${text}'` : quoteLiteral(text);
}

/** A text as a literal of PostgreSQL that means the same whatever standard_conforming_strings is. */
export function postgresLiteral(text: string): string {
  const quoted = quoteLiteral(text);
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A dollar quote of PostgreSQL that the text inside does not contain: `$sql$`, else `$sql_1$` and so on. */
export function dollarQuote(word: string, inside: string): string {
  let tag = `$${word}$`;
  for (let number = 1; inside.includes(tag); number += 1) tag = `$${word}_${number}$`;
  return tag;
}

/** A value as a literal; null is NULL. */
export function valueLiteral(value: string | number | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : quoteLiteral(value);
}
