import { QueryFailedError } from 'typeorm';

/** unique_violation: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE = '23505';
/** Either driver of SQLite says it in SQLite's own words. */
const UNIQUE_SQLITE = 'UNIQUE constraint failed';
/** Class 22, data_exception: a number past its column, NUL in a text. SQLite knows no such thing. */
const DATA = /^22/;

/** Whether a write failed since there is a row of that name. */
export function isDuplicate(error: unknown): boolean {
  return (
    codeOf(error) === UNIQUE || (error instanceof QueryFailedError && error.message.includes(UNIQUE_SQLITE))
  );
}

/** Whether a value cannot be in the database at all. */
export function isDataException(error: unknown): boolean {
  return DATA.test(codeOf(error));
}

function codeOf(error: unknown): string {
  if (!(error instanceof QueryFailedError)) return '';
  const { code } = error.driverError as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
