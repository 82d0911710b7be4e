/**
 * Breaks the column list of a long CREATE TABLE into lines at its top-level commas, and changes nothing else: SQLite
 * stores the text as it is written, and TypeORM reads it back with patterns that allow no space before a comma or the
 * last parenthesis.
 *
 * @param indent what each new line begins with
 */
export function layOutSql(sql: string, indent: string): string {
  const open = sql.indexOf('(');
  if (!/^CREATE TABLE /i.test(sql) || open < 0) return sql;
  let depth = 0;
  let text = sql.slice(0, open);
  for (const token of tokens(sql.slice(open))) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    text += token === ', ' && depth === 1 ? `,\n${indent}` : token;
  }
  return text;
}

/** Quoted text, parentheses, commas with the space behind them, and runs of everything else. */
function tokens(sql: string): readonly string[] {
  return sql.match(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[()]|, |,|[^"'(),]+|["']/g) ?? [];
}
