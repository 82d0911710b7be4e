import { databaseWords } from '../../errors/base.js';
import { codeOf, driverField } from '../driver-error.js';
import { firstKind, type ErrorKind, type Violation } from '../error-kind.js';
import { isSqlState } from './sql-state.js';

/** By SQLSTATE, in any language of the server. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const KINDS: readonly (readonly [ErrorKind, RegExp])[] = [
  ['dependents', /^2BP01$/],
  ['unsupported', /^0A000$/],
  ['syntax', /^42601$/],
  ['denied', /^42501$/],
  ['expression', /^(?:42P17|42804|42846|42883)$/],
  ['missing', /^(?:42704|3F000)$/],
  ['constraint', /^23/],
  ['value', /^22/],
  ['surroundings', /^(?:08|25|40|53|54|55|57|58|XX|42P0[4567]|42710|42701|42723)/],
];

/** A view that prevents a change of type is told in words, under the code of what PostgreSQL does not do. */
const DEPENDS = / depends? on /;

/** What an error of PostgreSQL is about. */
export function postgresErrorKind(error: unknown): ErrorKind {
  const code = codeOf(error);
  if (!isSqlState(code)) return 'other';
  return DEPENDS.test(databaseWords(error)) ? 'dependents' : firstKind(code, KINDS);
}

/** The constraint, from the fields of the error. */
export function postgresViolation(error: unknown): Violation | undefined {
  if (postgresErrorKind(error) !== 'constraint') return undefined;
  const field = (name: string) => {
    const value = driverField(error, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const column = field('column');
  return {
    name: field('constraint'),
    table: field('table'),
    columns: column === null ? [] : [column],
    isForeign: false,
  };
}
