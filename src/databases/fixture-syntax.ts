import type { Session } from './session.js';
import type { ColumnModel, EnumModel, TableModel } from '../schema/model.js';
import type { ValueDomain } from './value-domain.js';

/** What differs between databases when rows are made, read and counted. */
export interface FixtureSyntax {
  readonly domain: (type: string, enums: readonly EnumModel[]) => ValueDomain;
  /** Whether values are converted when a column changes from one type to the other. */
  readonly converts: (from: ColumnModel, to: ColumnModel) => boolean;
  /** A table of the model as SQL writes it. */
  readonly table: (name: string, defaultSchema: string) => string;
  /** A value as one of that type, for a question about it outside the table. */
  readonly typed: (sql: string, type: string, defaultSchema: string) => string;
  /** An expression that gives the value of a column as a literal. */
  readonly literal: (column: string) => string;
  /** What tells a row from all others of its table: an expression for it, and a condition with its value. */
  readonly locator: (table: TableModel) => Locator;
  /** What stands before VALUES where a value is given for a column that the database would number always. */
  readonly overriding: string;
  /** Statements that make values read as texts the same in every session; they end with the transaction. */
  readonly readSettings: readonly string[];
  /** What is read of a table, as texts. */
  readonly readColumns: (session: Session, table: TableColumns) => Promise<readonly ReadColumn[]>;
  /** The files of all tables and indexes; none where the whole database is locked anyway. */
  readonly readFiles: (session: Session) => Promise<readonly StoredRelation[]>;
  /** What the counter of a numbered column is called in `readCounters`. */
  readonly counterName: (table: string, column: string) => string;
  /** The number that the next row of each table gets. */
  readonly readCounters: (session: Session) => Promise<readonly CounterRow[]>;
  /** Moves all of them on by one step. */
  readonly advanceCounters: (session: Session) => Promise<void>;
}

/** Where a row is. */
export interface Locator {
  readonly select: string;
  readonly where: (value: string) => string;
}

/** A table, and those of its columns that matter. */
export interface TableColumns {
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether a row is known by its number as well, where it has one; so it is unless that is said to be false. */
  readonly numbered?: boolean;
}

/** A column to read: what it is called, and the expression for it. */
export interface ReadColumn {
  readonly name: string;
  readonly sql: string;
}

/** A counter by table and column (on SQLite by table), and the number that it gives next. */
export interface CounterRow {
  readonly name: string;
  readonly next: string | number;
}

/** A table or an index, and the file in which the database keeps it: another one as soon as it is written anew. */
export interface StoredRelation {
  readonly oid: string;
  /** The table itself, or that of an index, by its oid and its name. */
  readonly table: string;
  readonly tableName: string;
  readonly name: string;
  readonly file: string;
  readonly isIndex: boolean;
}
