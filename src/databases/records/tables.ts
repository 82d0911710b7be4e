import type { DataSource } from 'typeorm';
import type { SessionPath } from '../session-path.js';
import { recordTableNames } from '../../schema/record-tables.js';
import { RecordNameTooLongError } from '../../errors/records.js';
import { keptName, NAME_BYTES } from '../../sql/identifiers.js';
import { quoteIdentifier } from '../../sql/quote.js';

/**
 * The newest format of the tables of the log that this version knows. It is the default of the column `format` of the
 * runs; tables without the column are of format 1. It grows only when code of the former format can no longer work on
 * the tables (ADR 22).
 */
export const RECORDS_FORMAT = 2;

/** What a new log has, and one without the column. */
export const FIRST_FORMAT = 1;

/**
 * What a log has with the first revision that a contract revision follows: code of format 1 would run that like any other
 * (ADR 33).
 */
export const PHASED_FORMAT = 2;

/**
 * The tables in which migrating is recorded. `migrations` is TypeORM's own, in TypeORM's format, so that a project can
 * come to this package and leave it again; what it has no room for is in the others beside it.
 */
export interface RecordTables {
  /** The applied revisions. */
  readonly migrations: TableName;
  /** One row a run: who wanted what, and how it ended. */
  readonly runs: TableName;
  /** One row an attempt at a revision. */
  readonly attempts: TableName;
  /** One row an applied revision with changes, for code that does not have it. */
  readonly phases: TableName;
  /** One row a process of the application. */
  readonly heartbeats: TableName;
  /** Of the primary key of `migrations`, as TypeORM names it. */
  readonly primaryKey: string;
  /** The schema that the DataSource names; undefined where the search path decides. */
  readonly schema: string | undefined;
  /**
   * Names the lock; the database is not in it, since locks belong to one. The server has the last word: `resolveLock`.
   */
  readonly lockName: string;
  /** Of the session that has resolved the names; undefined where names have a schema, or nothing was resolved. */
  readonly path?: SessionPath | undefined;
}

/** The tables among them, by their keys. */
export const RECORD_TABLES = ['migrations', 'runs', 'attempts', 'phases', 'heartbeats'] as const;

/** All tables of the records. */
export function allTables(tables: RecordTables): readonly TableName[] {
  return RECORD_TABLES.map((table) => tables[table]);
}

/** A table by its plain name and as SQL writes it. */
export interface TableName {
  readonly name: string;
  readonly sql: string;
}

/**
 * Needs no connection. As in TypeORM, a schema in `migrationsTableName` comes before the option `schema`.
 *
 * @throws RecordNameTooLongError where the database would cut the name
 * @param schemas whether the database has schemas; where it has none, a dot is a part of the name, and the option of the
 *   DataSource means nothing
 */
export function recordTables(dataSource: DataSource, schemas = false): RecordTables {
  const [name, own] = splitName(dataSource.options.migrationsTableName, schemas);
  const names = recordTableNames(name, schemas);
  if (schemas) assertKept(names.migrations);
  const { schema: option } = dataSource.options as { readonly schema?: string };
  const schema = schemas ? (own ?? option) : undefined;
  const table = (tableName: string): TableName => ({
    name: tableName,
    sql: [schema, tableName].flatMap((part) => (part === undefined ? [] : [quoteIdentifier(part)])).join('.'),
  });
  return {
    migrations: table(names.migrations),
    runs: table(names.runs),
    attempts: table(names.attempts),
    phases: table(names.phases),
    heartbeats: table(names.heartbeats),
    primaryKey: dataSource.namingStrategy.primaryKeyName(names.migrations, ['id']),
    schema,
    lockName: `${schema ?? 'public'}.${names.migrations}`,
  };
}

/** TypeORM would use what PostgreSQL keeps of the name, and another project the same. */
function assertKept(name: string): void {
  if (keptName(name) !== name) throw new RecordNameTooLongError(name, Buffer.byteLength(name), NAME_BYTES);
}

/** The plain name, and the schema that it begins with. */
function splitName(name: string | undefined, schemas: boolean): readonly (string | undefined)[] {
  return schemas && name !== undefined ? name.split('.').toReversed() : [name];
}
