import type { DataSource } from 'typeorm';
import { DialectUnsupportedError } from '../errors/base.js';
import type { Database } from './database.js';
import { postgres } from './postgres/database.js';
import { sqlite } from './sqlite/database.js';

/** Name of a database that this package has. To add one, add its room and its line in this file. */
export type DialectName = 'postgres' | 'sqlite';

/** A database that this package has. */
export type KnownDatabase = Database<DialectName>;

const BY_NAME: { readonly [Name in DialectName]: Database<Name> } = { postgres, sqlite };

/** The databases of this package, in the order in which reports name them. */
export const DATABASES: readonly KnownDatabase[] = Object.values(BY_NAME);

/** The database of that name. @throws DialectUnsupportedError for any other name */
export function databaseNamed(name: string): KnownDatabase {
  return found(({ name: known }) => known === name, name);
}

/** @throws DialectUnsupportedError for any other database */
export function databaseOf(dataSource: DataSource): KnownDatabase {
  const { type } = dataSource.options;
  return found(({ driverTypes }) => driverTypes.includes(type), type);
}

function found(isWanted: (database: Database) => boolean, type: string): KnownDatabase {
  const database = DATABASES.find(isWanted);
  if (database) return database;
  throw new DialectUnsupportedError(
    type,
    DATABASES.flatMap(({ driverTypes }) => driverTypes),
  );
}

/** Something of each database, by its name. */
export function byDialect<T>(of: (database: KnownDatabase) => T): Readonly<Record<DialectName, T>> {
  return Object.fromEntries(DATABASES.map((database) => [database.name, of(database)])) as Record<
    DialectName,
    T
  >;
}
