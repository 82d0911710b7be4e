import { databaseWords } from '../../errors/base.js';
import { codeOf } from '../driver-error.js';
import { firstKind, type ErrorKind, type Violation } from '../error-kind.js';

/** One of the two drivers has the extended code, the other one has it in its message; the rest are words. */
const KINDS: readonly (readonly [ErrorKind, RegExp])[] = [
  ['dependents', / depends? on /],
  ['syntax', /syntax error|incomplete input|unrecognized token/],
  ['constraint', /SQLITE_CONSTRAINT/],
  ['surroundings', /SQLITE_(?:BUSY|LOCKED|IOERR|FULL|CORRUPT|READONLY|CANTOPEN|NOMEM)|already exists/],
];

/** What an error of SQLite is about. */
export function sqliteErrorKind(error: unknown): ErrorKind {
  return firstKind(`${codeOf(error)} ${databaseWords(error)}`, KINDS);
}

const FAILED = /(CHECK|NOT NULL|UNIQUE) constraint failed: ([^\n]+)/;

/** The constraint, from the words of the error. */
export function sqliteViolation(error: unknown): Violation | undefined {
  const words = databaseWords(error);
  const none = { name: null, table: null, columns: [], isForeign: false };
  if (/foreign keys? /i.test(words)) return { ...none, isForeign: true };
  const [, kind, what = ''] = FAILED.exec(words) ?? [];
  if (kind === 'CHECK') return { ...none, name: what };
  return kind === undefined ? undefined : { ...none, ...placesIn(what) };
}

/** `temporary_jobs.rank, temporary_jobs.depth`, the name of a table during its rebuild. */
function placesIn(words: string): Pick<Violation, 'table' | 'columns'> {
  const places = words.split(', ');
  const [first = ''] = places;
  const table = first.slice(0, first.lastIndexOf('.')).replace(/^temporary_/, '');
  return { table, columns: places.map((place) => place.slice(place.lastIndexOf('.') + 1)) };
}
