const CONCURRENTLY = /^((?:--[^\n]*\n\s*)*(?:CREATE(?: UNIQUE)?|DROP) INDEX) CONCURRENTLY/;

/** The statement as it may run in a transaction, in which tools that are not ours revert everything. */
export function withoutConcurrently(statement: string): string {
  return statement.replace(CONCURRENTLY, '$1');
}
