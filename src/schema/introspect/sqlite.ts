import type {
  ColumnModel,
  ForeignKeyAction,
  ForeignKeyModel,
  IndexModel,
  KeyModel,
  SchemaModel,
  TableModel,
} from '../model.js';
import type { Read } from './introspect.js';
import {
  parseCreateTable,
  parseIndexPredicate,
  type DeclaredConstraint,
  type DeclaredTable,
} from './sqlite-ddl.js';

const TABLES = `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

const COLUMNS = `
  SELECT m.name AS "table", c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default", c.pk
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
   WHERE m.type = 'table' ORDER BY m.name, c.cid`;

const FOREIGN_KEYS = `
  SELECT m.name AS "table", f.id, f."table" AS target, f."from" AS "column", f."to" AS reference,
         f.on_delete AS "onDelete", f.on_update AS "onUpdate"
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
   WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq`;

const INDEXES = `
  SELECT m.name AS "table", l.name, l."unique", l.origin, s.sql, x.name AS "column"
    FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x
    LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name
   WHERE m.type = 'table' AND x."key" = 1 ORDER BY m.name, l.name, x.seqno`;

interface Owned {
  readonly table: string;
}

interface ColumnRow extends Owned {
  readonly name: string;
  readonly type: string;
  readonly notNull: number;
  readonly default: string | null;
  /** Position in the primary key from 1; 0 outside it. */
  readonly pk: number;
}

interface ForeignKeyRow extends Owned {
  readonly id: number;
  readonly target: string;
  readonly column: string;
  /** Null when it means the primary key of the target. */
  readonly reference: string | null;
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
}

interface IndexRow extends Owned {
  readonly name: string;
  readonly unique: number;
  /** `c` made by CREATE INDEX, `u` by UNIQUE, `pk` by PRIMARY KEY. */
  readonly origin: 'c' | 'u' | 'pk';
  readonly sql: string | null;
  readonly column: string | null;
}

interface Rows {
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly ForeignKeyRow[];
  readonly indexes: readonly IndexRow[];
}

/** Reads the main database from sqlite_schema and the pragmas, one query a kind of object. */
export async function introspectSqlite(read: Read): Promise<SchemaModel> {
  const tables = await read<{ readonly name: string; readonly sql: string }>(TABLES);
  const columns = await read<ColumnRow>(COLUMNS);
  const foreignKeys = await read<ForeignKeyRow>(FOREIGN_KEYS);
  const indexes = await read<IndexRow>(INDEXES);
  const rows = { columns, foreignKeys, indexes };
  return {
    dialect: 'sqlite',
    enums: [],
    tables: tables.map(({ name, sql }) => tableOf(name, parseCreateTable(sql), rows)),
  };
}

function tableOf(name: string, declared: DeclaredTable, rows: Rows): TableModel {
  const own = <T extends Owned>(all: readonly T[]) => all.filter((row) => row.table === name);
  const columns = own(rows.columns);
  const indexes = groupBy(own(rows.indexes), (row) => row.name);
  return {
    name,
    columns: columns.map((column) => columnOf(column, declared)),
    primaryKey: primaryKeyOf(columns, declared),
    uniques: indexes.filter(([row]) => row.origin === 'u').map((group) => uniqueOf(group, declared)),
    indexes: indexes.filter(([row]) => row.origin === 'c').map(indexOf),
    foreignKeys: groupBy(own(rows.foreignKeys), (row) => String(row.id)).map((group) =>
      foreignKeyOf(group, declared),
    ),
    checks: declared.constraints
      .filter(({ kind }) => kind === 'check')
      .map(({ name: check, expression }) => ({ name: check, expression })),
  };
}

function columnOf(row: ColumnRow, declared: DeclaredTable): ColumnModel {
  return {
    name: row.name,
    type: row.type,
    nullable: row.notNull === 0,
    default: row.default,
    generated: declared.autoincrement && row.pk > 0 ? 'increment' : null,
  };
}

function primaryKeyOf(columns: readonly ColumnRow[], declared: DeclaredTable): KeyModel | null {
  const key = columns.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
  const names = key.map((column) => column.name);
  return key.length === 0 ? null : { name: declaredName(declared, 'primary-key', names), columns: names };
}

function uniqueOf(group: readonly IndexRow[], declared: DeclaredTable): KeyModel {
  const columns = group.map((row) => row.column ?? '');
  return { name: declaredName(declared, 'unique', columns), columns };
}

function indexOf(group: readonly [IndexRow, ...IndexRow[]]): IndexModel {
  const [{ name, unique, sql }] = group;
  return {
    name,
    columns: group.map((row) => row.column ?? '(expression)'),
    unique: unique === 1,
    where: parseIndexPredicate(sql ?? ''),
  };
}

function foreignKeyOf(
  group: readonly [ForeignKeyRow, ...ForeignKeyRow[]],
  declared: DeclaredTable,
): ForeignKeyModel {
  const [{ target, onDelete, onUpdate }] = group;
  const columns = group.map((row) => row.column);
  const references = group.map((row) => row.reference ?? '');
  return {
    name: declaredName(declared, 'foreign-key', columns),
    columns,
    table: target,
    references,
    onDelete,
    onUpdate,
  };
}

function declaredName(
  declared: DeclaredTable,
  kind: DeclaredConstraint['kind'],
  columns: readonly string[],
): string | null {
  const same = (constraint: DeclaredConstraint) =>
    constraint.kind === kind && constraint.columns.join() === columns.join();
  return declared.constraints.find(same)?.name ?? null;
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups.values()];
}
