import type { DataSource } from 'typeorm';
import { plainExpression, type Catalog, type TableWords } from './catalog.js';

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

interface IndexRow {
  readonly name: string;
  readonly unique: number;
  readonly origin: 'c' | 'u' | 'pk';
}

interface ForeignKeyRow {
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly on_update: string;
  readonly on_delete: string;
}

const NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

/** The catalog of the main database. */
export async function readSqliteCatalog(dataSource: DataSource): Promise<Catalog> {
  const rows = await dataSource.query<SchemaRow[]>(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
  );
  const tables: Record<string, TableWords> = {};
  for (const { type, name, sql } of rows)
    if (type === 'table') tables[name] = await tableWords(dataSource, name, sql ?? '');
  return { tables, enums: {}, objects: rows.map(({ type, name }) => `${type} ${name}`) };
}

async function tableWords(dataSource: DataSource, table: string, sql: string): Promise<TableWords> {
  const columns = await dataSource.query<ColumnRow[]>(`PRAGMA table_info("${table}")`);
  const foreignKeys = await dataSource.query<ForeignKeyRow[]>(`PRAGMA foreign_key_list("${table}")`);
  const indexes = await indexRows(dataSource, table);
  return {
    columns: columns.map((row) => columnWords(row, sql)),
    primaryKey: columns
      .filter((row) => row.pk > 0)
      .map((row) => row.name)
      .join(', '),
    uniques: indexes
      .filter((row) => row.origin === 'u')
      .map(({ columns: of }) => `${uniqueName(sql, of)} (${of})`)
      .sort(),
    indexes: indexes
      .filter((row) => row.origin === 'c')
      .map(({ unique, name, columns: of }) => `${unique === 1 ? 'unique ' : ''}${name} (${of})`)
      .sort(byName),
    foreignKeys: foreignKeys.map((row) => foreignKeyWords(row, sql)).sort(),
    checks: [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK \(([^()]*)\)/g)]
      .map(([, name, expression]) => `${name}: ${plainExpression(expression ?? '')}`)
      .sort(),
  };
}

async function indexRows(
  dataSource: DataSource,
  table: string,
): Promise<readonly (IndexRow & { readonly columns: string })[]> {
  const rows = await dataSource.query<IndexRow[]>(`PRAGMA index_list("${table}")`);
  const described: (IndexRow & { readonly columns: string })[] = [];
  for (const row of rows) {
    const columns = await dataSource.query<{ name: string }[]>(`PRAGMA index_info("${row.name}")`);
    described.push({ ...row, columns: columns.map(({ name }) => name).join(', ') });
  }
  return described;
}

function columnWords(row: ColumnRow, sql: string): string {
  const values = new RegExp(`"${row.name}" varchar CHECK\\( "${row.name}" IN \\(([^)]*)\\) \\)`).exec(
    sql,
  )?.[1];
  const isJson = new RegExp(`"ck_\\w+_json" CHECK \\(json_valid\\("${row.name}"\\)\\)`).test(sql);
  const type = isJson
    ? 'json'
    : values === undefined
      ? typeWords(row.type)
      : `enum(${unquoted(values).split(',').join(', ')})`;
  const generated = sql.includes(`"${row.name}" integer PRIMARY KEY AUTOINCREMENT`) ? ' generated' : '';
  return `${row.name} ${type} ${row.notnull === 1 ? 'not null' : 'null'}${generated}${defaultWords(row)}`;
}

/** SQLite shows its standard types in capitals, however they were written. */
function typeWords(type: string): string {
  return type === 'datetime' ? 'instant to the millisecond' : type.toLowerCase();
}

function defaultWords({ type, dflt_value: value }: ColumnRow): string {
  if (value === null) return '';
  if (value === NOW) return ' default now to the millisecond';
  if (type === 'boolean') return ` default ${value === '1' ? 'true' : 'false'}`;
  return ` default ${unquoted(value)}`;
}

function foreignKeyWords(row: ForeignKeyRow, sql: string): string {
  const name = new RegExp(`CONSTRAINT "(\\w+)" FOREIGN KEY \\("${row.from}"\\)`).exec(sql)?.[1] ?? '?';
  const onDelete = row.on_delete === 'NO ACTION' ? '' : ` on delete ${row.on_delete}`;
  const onUpdate = row.on_update === 'NO ACTION' ? '' : ` ON UPDATE ${row.on_update}`;
  return `${name} (${row.from}) -> ${row.table} (${row.to})${onUpdate}${onDelete}`;
}

function uniqueName(sql: string, columns: string): string {
  const list = columns.replace(/\w+/g, '"$&"');
  return (
    [...sql.matchAll(/CONSTRAINT "(\w+)" UNIQUE \(([^)]*)\)/g)].find((match) => match[2] === list)?.[1] ?? '?'
  );
}

/** The order of the names, whether unique or not. */
function byName(a: string, b: string): number {
  const name = (words: string) => words.replace('unique ', '');
  return name(a) < name(b) ? -1 : 1;
}

function unquoted(text: string): string {
  return text.replaceAll("'", '');
}
