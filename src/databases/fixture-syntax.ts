import type { Session } from './session.js';
import type { ColumnModel, EnumModel, ExclusionModel, TableModel } from '../schema/model.js';
import type { ValueDomain } from './value-domain.js';

/** What differs between databases when rows are created, read and counted. */
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
  /** An exclusion constraint as ADD CONSTRAINT takes it, checked with each row; undefined where there is none. */
  readonly exclusion: (model: ExclusionModel) => string | undefined;
  /** Identifies a row of a table: an expression for it, and a condition with its value. */
  readonly locator: (table: TableModel) => Locator;
  /** The clause before VALUES for a column that the database would otherwise always number. */
  readonly overriding: string;
  /** Statements that make values read as the same texts in every session, until the transaction ends. */
  readonly readSettings: readonly string[];
  /** What is read of a table, as texts. */
  readonly readColumns: (session: Session, table: TableColumns) => Promise<readonly ReadColumn[]>;
  /** The files of all tables and indexes; empty where the whole database is locked anyway. */
  readonly readFiles: (session: Session) => Promise<readonly StoredRelation[]>;
  /** Values of each column, `table.column`, that divides a table, as texts, for each partition; none where any value has its partition. */
  readonly readBounds: (
    session: Session,
  ) => Promise<readonly { readonly place: string; readonly texts: readonly string[] }[]>;
  /** The name of a numbered column's counter in `readCounters`. */
  readonly counterName: (table: string, column: string) => string;
  /** The number that the next row of each table gets. */
  readonly readCounters: (session: Session) => Promise<readonly CounterRow[]>;
  /** Advances every counter by one step. */
  readonly advanceCounters: (session: Session) => Promise<void>;
}

/** The place of a row. */
export interface Locator {
  readonly select: string;
  readonly where: (value: string) => string;
}

/** A table, and its columns that matter. */
export interface TableColumns {
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether the number of a row also identifies it, where it has one; default true. */
  readonly numbered?: boolean;
}

/** A column to read: its name, and the expression for it. */
export interface ReadColumn {
  readonly name: string;
  readonly sql: string;
}

/** A counter by table and column (on SQLite by table), and the number that it gives next. */
export interface CounterRow {
  readonly name: string;
  readonly next: string | number;
}

/** A table or an index, and the file in which the database stores it. A rewrite gives it another file. */
export interface StoredRelation {
  readonly oid: string;
  /** The oid and the name of the table, or of the table of an index. */
  readonly table: string;
  readonly tableName: string;
  readonly name: string;
  readonly file: string;
  readonly isIndex: boolean;
}
