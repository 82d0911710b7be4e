import type { Database } from '../../databases/database.js';
import type { ErrorKind } from '../../databases/error-kind.js';
import type { SqlReader } from '../../databases/sql-reader.js';
import { databaseWords } from '../../errors/base.js';

/** A refusal of a database: its message, and the statement. */
export interface DatabaseRefusal {
  readonly database: Pick<Database, 'errorKind' | 'violation'>;
  /** Empty where no statement failed, but a check after the last one. */
  readonly statement: string;
  /** Reads the statement, and the expressions in it. */
  readonly reader: SqlReader;
  readonly error: unknown;
}

/** The content of a driver's error, as far as it is known. */
export interface RefusalFacts {
  readonly words: string;
  readonly kind: ErrorKind;
  /** Each text that the database has parsed, and where in it the error is, from 0. */
  readonly places: readonly { readonly text: string; readonly at: number }[];
}

/** Reads the fields of an error of node-postgres, or of a driver of SQLite, which has only a message. */
export function factsOf({ database, statement, error }: Omit<DatabaseRefusal, 'reader'>): RefusalFacts {
  const fields = (error ?? {}) as Readonly<Record<string, unknown>>;
  const inner = fields['internalQuery'];
  const places = [
    { text: statement, at: Number(fields['position']) - 1 },
    { text: typeof inner === 'string' ? inner : '', at: Number(fields['internalPosition']) - 1 },
  ];
  return {
    words: databaseWords(error),
    kind: database.errorKind(error),
    places: places.filter(({ text: parsed, at }) => parsed !== '' && at >= 0),
  };
}

/** Whether the statement creates a table that the entities declare, not the copy of one that is rebuilt. */
export function isOfNewTable(statement: string): boolean {
  return /^CREATE TABLE (?!"?temporary_)/.test(statement);
}

/** Whether PostgreSQL does not do this with the index of a partitioned table, in any language. */
export function isOfPartitioned({ kind }: RefusalFacts, statement: string): boolean {
  return kind === 'unsupported' && /^(?:CREATE|DROP)\b.*\bINDEX CONCURRENTLY\b/.test(statement);
}
