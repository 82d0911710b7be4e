/** Reads the schema of a live SQLite database: pragmas, and the text of CREATE statements for the rest. */

import { canonicalizeSqliteCollation } from '../expression.js';
import {
  CANNOT_DECLARE,
  raw,
  type ColumnModel,
  type ForeignKeyModel,
  type IndexKey,
  type IndexModel,
  type KeyModel,
  type TableModel,
  type Uncomparable,
} from '../../../schema/model.js';
import type { SpecialTable } from '../../../schema/special-tables.js';
import type { LiveObject, LiveSchema, ReadAll } from '../../live-schema.js';
import {
  parseCreateIndex,
  parseCreateTable,
  type DeclaredConstraint,
  type DeclaredTable,
} from '../../../sql/sqlite-create.js';
import {
  COLUMNS,
  FOREIGN_KEYS,
  INDEXES,
  OBJECTS,
  SETTINGS,
  type ColumnRow,
  type ForeignKeyRow,
  type IndexRow,
  type ObjectRow,
  type Owned,
  type SettingsRow,
} from './rows.js';
import { unenforcedBy } from './unenforced.js';
import { foldSqliteName, isSameSqliteName } from '../../../sql/identifiers.js';

type Group<T> = readonly [T, ...T[]];

/** A table: from its text and from the pragmas. */
interface Facts {
  readonly name: string;
  readonly declared: DeclaredTable;
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly Group<ForeignKeyRow>[];
  readonly indexes: readonly Group<IndexRow>[];
}

/** Names are the same in any case; the model has them as they were first written. */
type Tables = ReadonlyMap<string, Facts>;

/** Reads the main database from sqlite_schema and the pragmas, one statement a kind of object. */
export async function introspectSqlite(readAll: ReadAll): Promise<LiveSchema> {
  const rows = await readAll([OBJECTS, COLUMNS, FOREIGN_KEYS, INDEXES, SETTINGS]);
  const [objects, columns, foreignKeys, indexes, settings] = rows as unknown as readonly [
    ObjectRow[],
    ColumnRow[],
    ForeignKeyRow[],
    IndexRow[],
    SettingsRow[],
  ];
  const of = { columns: byTable(columns), foreignKeys: byTable(foreignKeys), indexes: byTable(indexes) };
  const facts = objects
    .filter(({ type }) => type === 'table')
    .map(({ name, sql }) => ({
      name,
      declared: parseCreateTable(sql ?? ''),
      columns: of.columns(name),
      foreignKeys: groupBy(of.foreignKeys(name), (row) => String(row.id)),
      indexes: groupBy(of.indexes(name), (row) => row.name),
    }));
  const tables: Tables = new Map(facts.map((table) => [foldSqliteName(table.name), table]));
  const specials = objects.filter(isVirtual).map(virtualTable);
  return {
    ...(specials.length > 0 ? { specials } : {}),
    schema: { dialect: 'sqlite', enums: [], tables: facts.map((table) => tableOf(table, tables)) },
    unmanaged: objects.flatMap(unmanagedOf),
    uncomparable: [...facts.flatMap(unknownOf), ...settings.flatMap(unenforcedBy)],
  };
}

function isVirtual({ type, sql }: ObjectRow): boolean {
  return type === 'table' && /^CREATE\s+VIRTUAL\b/i.test(sql ?? '');
}

function virtualTable({ name }: ObjectRow): SpecialTable {
  return { name, kind: 'virtual table', parents: [], inherited: [], columns: [] };
}

function unmanagedOf({ type, name, table }: ObjectRow): readonly LiveObject[] {
  if (type === 'view') return [{ kind: 'view', object: name }];
  return type === 'trigger' ? [{ kind: 'trigger', object: `${table}.${name}`, owner: table }] : [];
}

/** What the model cannot express: it never counts as equal. */
function unknownOf({ name, declared }: Facts): readonly Uncomparable[] {
  return declared.beyond.map(({ kind, name: object, sql }) => ({
    kind,
    table: name,
    object: object ?? name,
    desired: null,
    live: sql,
    reason: `${CANNOT_DECLARE} ${kind.replace('-', ' ')}`,
  }));
}

function tableOf(facts: Facts, tables: Tables): TableModel {
  const { name, declared, columns, foreignKeys, indexes } = facts;
  const ofKind = (kind: DeclaredConstraint['kind']) =>
    declared.constraints.filter((constraint) => constraint.kind === kind);
  const references = ofKind('foreign-key').reverse();
  return {
    name,
    persistence: 'permanent',
    comment: null,
    options: declared.options,
    columns: columns.filter(({ hidden }) => hidden !== 1).map((column) => columnOf(column, declared)),
    primaryKey: primaryKeyOf(columns),
    uniques: once(ofKind('unique').map((unique) => keyOf(unique.name, namesIn(columns, unique.columns)))),
    indexes: indexes.map((group) => indexOf(group, declared)),
    foreignKeys: foreignKeys.map((group) => foreignKeyOf(group, references[group[0].id], tables)).reverse(),
    checks: ofKind('check').map(({ name: check, expression }) => ({
      name: check,
      expression: raw(expression),
      validated: true,
    })),
    exclusions: [],
    ...(declared.conflicts.length === 0
      ? {}
      : {
          conflicts: declared.conflicts.map((one) => ({ ...one, columns: namesIn(columns, one.columns) })),
        }),
  };
}

/** A constraint that CREATE TABLE repeats is one. */
function once(keys: readonly KeyModel[]): readonly KeyModel[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** Columns as the table has them. */
function namesIn(columns: readonly ColumnRow[], written: readonly string[]): readonly string[] {
  return written.map((name) => columns.find((column) => isSameSqliteName(column.name, name))?.name ?? name);
}

function columnOf(row: ColumnRow, declared: DeclaredTable): ColumnModel {
  const own = declared.columns.get(foldSqliteName(row.name));
  const generated = own?.generated ?? null;
  return {
    name: row.name,
    type: row.type.toLowerCase().replace(/ generated always$/, ''),
    nullable: row.notNull === 0,
    default: row.default === null || row.default.toUpperCase() === 'NULL' ? null : raw(row.default),
    identity: declared.autoincrement && row.pk > 0 ? 'autoincrement' : null,
    generated: generated === null ? null : raw(generated),
    storage: row.hidden === 2 ? 'virtual' : row.hidden === 3 ? 'stored' : null,
    collation: own?.collation ? canonicalizeSqliteCollation(own.collation) : null,
    comment: null,
  };
}

/** SQLite's primary keys are known by their table, whatever CREATE TABLE called them. */
function primaryKeyOf(columns: readonly ColumnRow[]): KeyModel | null {
  const key = keyColumnsOf(columns);
  return key.length === 0 ? null : keyOf(null, key);
}

function keyColumnsOf(columns: readonly ColumnRow[]): readonly string[] {
  const key = columns.filter((column) => column.pk > 0).sort((a, b) => a.pk - b.pk);
  return key.map((column) => column.name);
}

function keyOf(name: string | null, columns: readonly string[]): KeyModel {
  return { name, columns, include: [], deferrable: null, nulls: 'distinct' };
}

function indexOf(group: Group<IndexRow>, declared: DeclaredTable): IndexModel {
  const [{ name, unique, sql }] = group;
  const isPlain = group.every(({ column }) => column !== null) && !/where/i.test(sql ?? '');
  const { keys, where } = isPlain ? { keys: [], where: null } : parseCreateIndex(sql ?? '');
  return {
    name,
    keys: group.map((row, position) => indexKeyOf(row, keys[position] ?? '', declared)),
    include: [],
    unique: unique === 1,
    nulls: 'distinct',
    method: 'btree',
    where: where === null ? null : raw(where),
    valid: true,
  };
}

/** SQLite sorts nulls first, always, which is what ASC means there. */
function indexKeyOf(row: IndexRow, text: string, { columns }: DeclaredTable): IndexKey {
  const order = row.desc === 1 ? 'DESC' : 'ASC';
  const own = row.column === null ? null : columns.get(foldSqliteName(row.column))?.collation;
  const usual = (own ?? 'BINARY').toUpperCase();
  return {
    column: row.column,
    expression: row.column === null ? text : null,
    order,
    nulls: order === 'ASC' ? 'LAST' : 'FIRST',
    opclass: null,
    collation: row.collation?.toUpperCase() === usual ? null : row.collation,
  };
}

function foreignKeyOf(
  group: Group<ForeignKeyRow>,
  constraint: DeclaredConstraint | undefined,
  tables: Tables,
): ForeignKeyModel {
  const [{ target: written, onDelete, onUpdate }] = group;
  const target = tables.get(foldSqliteName(written));
  const columns = target?.columns ?? [];
  const references = group.flatMap(({ reference }) => reference ?? []);
  return {
    name: constraint?.name ?? null,
    columns: group.map((row) => row.column),
    table: target?.name ?? written,
    references: references.length === 0 ? keyColumnsOf(columns) : namesIn(columns, references),
    onDelete,
    onUpdate,
    match: 'SIMPLE',
    deferrable: constraint?.deferrable ?? null,
    validated: true,
  };
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
