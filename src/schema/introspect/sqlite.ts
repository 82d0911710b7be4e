import {
  raw,
  type ColumnModel,
  type ForeignKeyAction,
  type ForeignKeyModel,
  type IndexKey,
  type IndexModel,
  type KeyModel,
  type TableModel,
  type UnmanagedObject,
} from '../model.js';
import type { LiveSchema, ReadAll } from './live.js';
import {
  parseCreateIndex,
  parseCreateTable,
  type DeclaredConstraint,
  type DeclaredTable,
} from './sqlite-ddl.js';

const OBJECTS = `SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

const COLUMNS = `
  SELECT m.name AS "table", c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default", c.pk, c.hidden
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
   WHERE m.type = 'table' ORDER BY m.name, c.cid`;

const FOREIGN_KEYS = `
  SELECT m.name AS "table", f.id, f."table" AS target, f."from" AS "column", f."to" AS reference,
         f.on_delete AS "onDelete", f.on_update AS "onUpdate"
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
   WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq`;

const INDEXES = `
  SELECT m.name AS "table", l.name, l."unique", l.origin, s.sql, x.name AS "column", x."desc", x.coll AS collation
    FROM sqlite_schema m JOIN pragma_index_list(m.name) l JOIN pragma_index_xinfo(l.name) x
    LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name
   WHERE m.type = 'table' AND x."key" = 1 ORDER BY m.name, l.name, x.seqno`;

interface ObjectRow {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

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
  /** 2 a virtual computed column, 3 a stored one, 1 hidden. */
  readonly hidden: number;
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
  readonly desc: number;
  readonly collation: string | null;
}

type Group<T> = readonly [T, ...T[]];

interface Belongings {
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly Group<ForeignKeyRow>[];
  readonly indexes: readonly Group<IndexRow>[];
}

/** Reads the main database from sqlite_schema and the pragmas, one statement a kind of object. */
export async function introspectSqlite(readAll: ReadAll): Promise<LiveSchema> {
  const rows = await readAll([OBJECTS, COLUMNS, FOREIGN_KEYS, INDEXES]);
  const [objects, columns, foreignKeys, indexes] = rows as unknown as readonly [
    ObjectRow[],
    ColumnRow[],
    ForeignKeyRow[],
    IndexRow[],
  ];
  const of = { columns: byTable(columns), foreignKeys: byTable(foreignKeys), indexes: byTable(indexes) };
  const tables = objects.filter(({ type }) => type === 'table');
  return {
    schema: {
      dialect: 'sqlite',
      enums: [],
      tables: tables.map(({ name, sql }) =>
        tableOf(name, parseCreateTable(sql ?? ''), {
          columns: of.columns(name),
          foreignKeys: groupBy(of.foreignKeys(name), (row) => String(row.id)),
          indexes: groupBy(of.indexes(name), (row) => row.name),
        }),
      ),
    },
    unmanaged: objects.flatMap(unmanagedOf),
    uncomparable: [],
  };
}

function unmanagedOf({ type, name, table }: ObjectRow): readonly UnmanagedObject[] {
  if (type === 'view') return [{ kind: 'view', object: name }];
  return type === 'trigger' ? [{ kind: 'trigger', object: `${table}.${name}` }] : [];
}

function tableOf(
  name: string,
  declared: DeclaredTable,
  { columns, foreignKeys, indexes }: Belongings,
): TableModel {
  const checks = declared.constraints.filter(({ kind }) => kind === 'check');
  return {
    name,
    persistence: 'permanent',
    comment: null,
    columns: columns.filter(({ hidden }) => hidden !== 1).map((column) => columnOf(column, declared)),
    primaryKey: primaryKeyOf(columns),
    uniques: indexes.filter(([row]) => row.origin === 'u').map((group) => uniqueOf(group, declared)),
    indexes: indexes.filter(([row]) => row.origin === 'c').map(indexOf),
    foreignKeys: foreignKeys.map((group) => foreignKeyOf(group, declared)),
    checks: checks.map(({ name: check, expression }) => ({
      name: check,
      expression: raw(expression),
      validated: true,
    })),
    exclusions: [],
  };
}

function columnOf(row: ColumnRow, declared: DeclaredTable): ColumnModel {
  const own = declared.columns.get(row.name.toLowerCase());
  const generated = own?.generated ?? null;
  return {
    name: row.name,
    type: row.type.toLowerCase().replace(/ generated always$/, ''),
    nullable: row.notNull === 0,
    default: row.default === null || row.default.toUpperCase() === 'NULL' ? null : raw(row.default),
    identity: declared.autoincrement && row.pk > 0 ? 'autoincrement' : null,
    generated: generated === null ? null : raw(generated),
    storage: row.hidden === 2 ? 'virtual' : row.hidden === 3 ? 'stored' : null,
    collation: own?.collation ?? null,
    comment: null,
  };
}

/** SQLite's primary keys are known by their table, whatever CREATE TABLE called them. */
function primaryKeyOf(columns: readonly ColumnRow[]): KeyModel | null {
  const key = columns.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
  return key.length === 0
    ? null
    : keyOf(
        null,
        key.map((column) => column.name),
      );
}

function keyOf(name: string | null, columns: readonly string[]): KeyModel {
  return { name, columns, include: [], deferrable: null, nulls: 'distinct' };
}

function uniqueOf(group: Group<IndexRow>, declared: DeclaredTable): KeyModel {
  const columns = group.map((row) => row.column ?? '');
  return keyOf(constraintOf(declared, 'unique', columns)?.name ?? null, columns);
}

function indexOf(group: Group<IndexRow>): IndexModel {
  const [{ name, unique, sql }] = group;
  const { keys, where } = parseCreateIndex(sql ?? '');
  return {
    name,
    keys: group.map((row, position) => indexKeyOf(row, keys[position] ?? '')),
    include: [],
    unique: unique === 1,
    nulls: 'distinct',
    method: 'btree',
    where: where === null ? null : raw(where),
    valid: true,
  };
}

/** SQLite sorts nulls first, always, which is what ASC means there. */
function indexKeyOf(row: IndexRow, text: string): IndexKey {
  const order = row.desc === 1 ? 'DESC' : 'ASC';
  return {
    column: row.column,
    expression: row.column === null ? text : null,
    order,
    nulls: order === 'ASC' ? 'LAST' : 'FIRST',
    opclass: null,
    collation: row.collation === 'BINARY' || !/\bCOLLATE\b/i.test(text) ? null : row.collation,
  };
}

function foreignKeyOf(group: Group<ForeignKeyRow>, declared: DeclaredTable): ForeignKeyModel {
  const [{ target, onDelete, onUpdate }] = group;
  const columns = group.map((row) => row.column);
  const constraint = constraintOf(declared, 'foreign-key', columns);
  return {
    name: constraint?.name ?? null,
    columns,
    table: target,
    references: group.map((row) => row.reference ?? ''),
    onDelete,
    onUpdate,
    match: 'SIMPLE',
    deferrable: constraint?.deferrable ?? null,
    validated: true,
  };
}

function constraintOf(
  declared: DeclaredTable,
  kind: DeclaredConstraint['kind'],
  columns: readonly string[],
): DeclaredConstraint | undefined {
  return declared.constraints.find(
    (constraint) => constraint.kind === kind && constraint.columns.join('\0') === columns.join('\0'),
  );
}

function byTable<T extends Owned>(rows: readonly T[]): (table: string) => readonly T[] {
  const groups = new Map(
    groupBy(rows, (row) => row.table).map((group) => [group[0].table, group as readonly T[]]),
  );
  return (table) => groups.get(table) ?? [];
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): readonly Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups.values()];
}
