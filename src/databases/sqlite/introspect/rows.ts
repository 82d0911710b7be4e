import type { ForeignKeyAction } from '../../../schema/model.js';

// Without 'main', a pragma reads a temporary table of the session that has the same name.

/**
 * What a virtual table keeps its rows in is a part of it: those shadow tables are no objects of their own. They are
 * listed once: a list for each object takes time that grows with the square of their number.
 */
export const OBJECTS = `
  SELECT m.type, m.name, m.tbl_name AS "table", m.sql FROM sqlite_schema m
   WHERE m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     AND m.tbl_name NOT IN (SELECT l.name FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'shadow')`;

export const COLUMNS = `
  SELECT m.name AS "table", c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default", c.pk, c.hidden
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name, 'main') c
   WHERE m.type = 'table' ORDER BY m.name, c.cid`;

/**
 * SQLite numbers the foreign keys of a table from the last in CREATE TABLE to the first; the model has them as written.
 */
export const FOREIGN_KEYS = `
  SELECT m.name AS "table", f.id, f."table" AS target, f."from" AS "column", f."to" AS reference,
         f.on_delete AS "onDelete", f.on_update AS "onUpdate"
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name, 'main') f
   WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq`;

/** Of CREATE INDEX only: UNIQUE and PRIMARY KEY are read from CREATE TABLE. */
export const INDEXES = `
  SELECT m.name AS "table", l.name, l."unique", s.sql, x.name AS "column", x."desc", x.coll AS collation
    FROM sqlite_schema m JOIN pragma_index_list(m.name, 'main') l JOIN pragma_index_xinfo(l.name, 'main') x
    LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name
   WHERE m.type = 'table' AND l.origin = 'c' AND x."key" = 1 ORDER BY m.name, l.name, x.seqno`;

/** By which a connection enforces no foreign keys or no checks. */
export const SETTINGS = `
  SELECT f.foreign_keys AS "foreignKeys", c.ignore_check_constraints AS "ignoresChecks"
    FROM pragma_foreign_keys f, pragma_ignore_check_constraints c`;

export interface SettingsRow {
  readonly foreignKeys: number;
  readonly ignoresChecks: number;
}

export interface ObjectRow {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

export interface Owned {
  readonly table: string;
}

export interface ColumnRow extends Owned {
  readonly name: string;
  readonly type: string;
  readonly notNull: number;
  readonly default: string | null;
  /** Position in the primary key from 1; 0 outside it. */
  readonly pk: number;
  /** 2 a virtual computed column, 3 a stored one, 1 hidden. */
  readonly hidden: number;
}

export interface ForeignKeyRow extends Owned {
  readonly id: number;
  readonly target: string;
  readonly column: string;
  /** Null when it means the primary key of the target. */
  readonly reference: string | null;
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
}

export interface IndexRow extends Owned {
  readonly name: string;
  readonly unique: number;
  readonly sql: string | null;
  readonly column: string | null;
  readonly desc: number;
  readonly collation: string | null;
}
