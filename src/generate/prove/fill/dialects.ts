import type { DataSource } from 'typeorm';
import { dialectOf } from '../../../dialect/dialect.js';
import type { DialectName, EnumModel, TableModel } from '../../../schema/model.js';
import { EQ } from '../../../schema/postgres-sql.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import type { SqlLanguage } from '../../../sql/lexer.js';
import type { Family } from './family.js';
import { postgresFamily } from './postgres-values.js';
import { sqliteFamily } from './sqlite-values.js';

/** What differs between the two databases when rows are made and read. */
export interface RowDialect {
  readonly language: SqlLanguage;
  /** What the database is called in messages. */
  readonly shown: string;
  readonly family: (type: string, enums: readonly EnumModel[]) => Family;
  /** A table of the model as SQL writes it. */
  readonly table: (name: string) => string;
  /** A value as one of that type, for a question about it outside the table. */
  readonly typed: (sql: string, type: string) => string;
  /** An expression that gives the value of a column as a literal. */
  readonly literal: (column: string) => string;
  /** What tells a row from all others of its table: an expression for it, and a condition with its value. */
  readonly locator: (table: TableModel) => Locator;
  /** What stands before VALUES where a value is given for a column that the database would number always. */
  readonly overriding: string;
}

/** Where a row is. */
export interface Locator {
  readonly select: string;
  readonly where: (value: string) => string;
}

/** Of a DataSource of either kind. */
export function rowDialectOf(dataSource: DataSource): RowDialect {
  const dialect = dialectOf(dataSource);
  return DIALECTS[dialect.name](dialect.defaultSchema(dataSource));
}

const DIALECTS: Readonly<Record<DialectName, (schema: string) => RowDialect>> = {
  postgres: (schema) => ({
    language: 'postgres',
    shown: 'PostgreSQL',
    family: postgresFamily,
    table: (name) => postgresPath(name, schema),
    typed: (sql, type) => `CAST(${sql} AS ${postgresType(type, schema)})`,
    literal: (column) => `pg_catalog.quote_literal(${quoteIdentifier(column)}::pg_catalog.text)`,
    locator: () => ({
      select: 'pg_catalog.quote_literal(ctid::pg_catalog.text)',
      where: (value) => `ctid ${EQ} ${value}::pg_catalog.tid`,
    }),
    overriding: ' OVERRIDING SYSTEM VALUE',
  }),
  sqlite: () => ({
    language: 'sqlite',
    shown: 'SQLite',
    family: sqliteFamily,
    table: quoteIdentifier,
    typed: (sql) => sql,
    literal: (column) => `quote(${quoteIdentifier(column)})`,
    locator: sqliteLocator,
    overriding: '',
  }),
};

/** The model puts the schema in front where it is not the default one. */
function postgresPath(name: string, schema: string): string {
  const dot = name.indexOf('.');
  const path = dot < 0 ? [schema, name] : [name.slice(0, dot), name.slice(dot + 1)];
  return path.map(quoteIdentifier).join('.');
}

function postgresType(type: string, schema: string): string {
  const [, name, array = ''] = /^enum (.*?)(\[\])?$/.exec(type) ?? [];
  return name === undefined ? type : `${postgresPath(name, schema)}${array}`;
}

function sqliteLocator({ options, primaryKey }: TableModel): Locator {
  if (!options?.includes('WITHOUT ROWID')) return { select: 'rowid', where: (value) => `rowid = ${value}` };
  const names = (primaryKey?.columns ?? []).map(quoteIdentifier);
  return {
    select: names.map((name) => `quote(${name})`).join(` || ', ' || `),
    where: (value) => `(${names.join(', ')}) = (${value})`,
  };
}
