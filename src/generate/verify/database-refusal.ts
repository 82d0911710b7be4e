import { databaseWords } from '../../errors/base.js';
import type { SqlReader } from '../../databases/sql-reader.js';

/** A refusal of a database: its message, and the statement. */
export interface DatabaseRefusal {
  /** Empty where no statement failed, but a check after the last one. */
  readonly statement: string;
  /** Reads the statement, and the expressions in it. */
  readonly reader: SqlReader;
  readonly error: unknown;
}

/** The content of a driver's error, as far as it is known. */
export interface RefusalFacts {
  readonly words: string;
  /** The SQLSTATE; undefined for SQLite. */
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  /** Each text that the database has parsed, and where in it the error is, from 0. */
  readonly places: readonly { readonly text: string; readonly at: number }[];
}

/** Reads the fields of an error of node-postgres, or of a driver of SQLite, which has only a message. */
export function factsOf({ statement, error }: Pick<DatabaseRefusal, 'statement' | 'error'>): RefusalFacts {
  const fields = (error ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const code = text('code');
  const places = [
    { text: statement, at: Number(fields['position']) - 1 },
    { text: text('internalQuery') ?? '', at: Number(fields['internalPosition']) - 1 },
  ];
  return {
    words: databaseWords(error),
    sqlState: code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined,
    constraint: text('constraint'),
    table: text('table'),
    column: text('column'),
    places: places.filter(({ text: parsed, at }) => parsed !== '' && at >= 0),
  };
}

/** Whether the cause is other objects of the database, and not an expression. */
export function isOfDependents({ words, sqlState }: RefusalFacts): boolean {
  return sqlState === '2BP01' || / depends? on /.test(words);
}

/** Whether PostgreSQL does not do this with the index of a partitioned table, in any language. */
export function isOfPartitioned({ sqlState }: RefusalFacts, statement: string): boolean {
  return sqlState === '0A000' && /^(?:CREATE|DROP)\b.*\bINDEX CONCURRENTLY\b/.test(statement);
}

/** Whether the database could not read the statement. */
export function isSyntaxError({ words, sqlState }: RefusalFacts): boolean {
  return sqlState === '42601' || /syntax error|incomplete input|unrecognized token/.test(words);
}

/** Locks, rights, resources, and objects that already exist: no expression is at fault for these. */
export function isOfSurroundings({ words, sqlState }: RefusalFacts): boolean {
  return sqlState === undefined
    ? /SQLITE_(?:BUSY|LOCKED|IOERR|FULL|CORRUPT|READONLY|CANTOPEN|NOMEM)|already exists/.test(words)
    : /^(?:08|25|40|53|54|55|57|58|XX|42501|42P0[4567]|42710|42701|42723)/.test(sqlState);
}
