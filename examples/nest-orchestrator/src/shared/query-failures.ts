import { QueryFailedError } from 'typeorm';

/** unique_violation: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE = '23505';
/** Either driver of SQLite says it in SQLite's own words. */
const UNIQUE_SQLITE = 'UNIQUE constraint failed';
/** A number past its column, NUL in a text. SQLite knows no such thing. */
const NOT_STORABLE = ['22003', '22021'];
/** No connection, no primary among the servers, a server that ends or is full, a deadlock, a file that somebody else holds. */
const PASSING =
  /^(08|57P0|53300|40001|40P01|SQLITE_BUSY|CONNECT_FAILED|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;
/** node-postgres gives these no code. TypeORM releases the query runner of a connection that ends in a transaction. */
const PASSING_WORDS =
  /connection terminated|timeout exceeded|connection timeout|not queryable|query runner already released/i;

/** Whether a write failed since there is a row of that name. */
export function isDuplicate(error: unknown): boolean {
  return (
    codeOf(error) === UNIQUE || (error instanceof QueryFailedError && error.message.includes(UNIQUE_SQLITE))
  );
}

/** Whether a value cannot be in the database at all. */
export function isNotStorable(error: unknown): boolean {
  return NOT_STORABLE.includes(codeOf(error));
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  return PASSING.test(codeOf(error)) || (error instanceof Error && PASSING_WORDS.test(error.message));
}

/** TypeORM hands on what the driver said; from the pool it comes as it is, of several addresses one for each. */
function codeOf(error: unknown): string {
  const thrown: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const first: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const code = (first as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
