/** The statement as it may run in a transaction, in which tools that are not ours revert everything. */
export function withoutConcurrently(statement: string): string {
  return statement.replace(/^((?:CREATE|DROP) INDEX) CONCURRENTLY/, '$1');
}
