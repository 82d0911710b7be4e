import type { DataSource } from 'typeorm';
import { DialectUnsupportedError } from '../errors.js';
import type { DialectName } from '../schema/model.js';
import type { Database } from './database.js';
import { postgres } from './postgres/database.js';
import { sqlite } from './sqlite/database.js';

/** The databases that there are, in the order in which they are told of. */
export const DATABASES: readonly Database[] = [postgres, sqlite];

/** The database of that name. */
export function databaseNamed(name: DialectName): Database {
  const database = DATABASES.find((known) => known.name === name);
  if (!database) throw new DialectUnsupportedError(name);
  return database;
}

/** @throws DialectUnsupportedError for any other database */
export function databaseOf(dataSource: DataSource): Database {
  const { type } = dataSource.options;
  const database = DATABASES.find((known) => known.driverTypes.includes(type));
  if (!database) throw new DialectUnsupportedError(type);
  return database;
}

/** Something of each database, by its name. */
export function byDialect<T>(of: (database: Database) => T): Readonly<Record<DialectName, T>> {
  return Object.fromEntries(DATABASES.map((database) => [database.name, of(database)])) as Record<
    DialectName,
    T
  >;
}
