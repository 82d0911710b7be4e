/** An exception from a lint rule, in front of a statement: `-- lint-allow drop-column: no code reads it`. */
export interface LintException {
  /** The id of a rule; empty where none is written. */
  readonly rule: string;
  /** Empty where none is written. */
  readonly reason: string;
}

/** What stands before the exception, comments of other kinds included; the exception; the indent of the next line. */
const NEXT = /^(\s*(?:--(?! *lint-allow\b)[^\n]*\n\s*)*)-- *lint-allow\b([^\n]*)(?:\n[ \t]*|$)/;

/** The exceptions in the comment lines at the beginning of a statement, in their order. */
export function lintExceptions(sql: string): readonly LintException[] {
  const exceptions: LintException[] = [];
  for (let rest = sql, match = NEXT.exec(rest); match; match = NEXT.exec(rest)) {
    exceptions.push(exceptionIn(match[2] ?? ''));
    rest = withoutFirst(rest, match);
  }
  return exceptions;
}

/** The statement as it was before these exceptions, by default all, were written in front of it. */
export function withoutLintExceptions(
  sql: string,
  isDropped: (exception: LintException) => boolean = () => true,
): string {
  const match = NEXT.exec(sql);
  if (!match) return sql;
  if (isDropped(exceptionIn(match[2] ?? '')))
    return withoutLintExceptions(withoutFirst(sql, match), isDropped);
  return match[0] + withoutLintExceptions(sql.slice(match[0].length), isDropped);
}

function exceptionIn(words: string): LintException {
  const [, rule = '', reason = ''] = /^\s*([^\s:]*)\s*:?([^]*)$/.exec(words) ?? [];
  return { rule, reason: reason.trim() };
}

function withoutFirst(sql: string, match: RegExpExecArray): string {
  return (match[1] ?? '') + sql.slice(match[0].length);
}
