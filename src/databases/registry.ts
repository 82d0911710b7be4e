import type { DataSource } from 'typeorm';
import { DialectUnsupportedError } from '../errors.js';
import type { DialectName } from '../schema/model.js';
import type { Dialect } from './database.js';
import { postgres } from './postgres/connection.js';
import { sqlite } from './sqlite/connection.js';

export type { Dialect, DialectName };

const DIALECTS: readonly Dialect[] = [postgres, sqlite];

/** The dialect of that name. */
export function dialectNamed(name: DialectName): Dialect {
  return name === 'postgres' ? postgres : sqlite;
}

/** @throws DialectUnsupportedError for any other database */
export function dialectOf(dataSource: DataSource): Dialect {
  const type = dataSource.options.type;
  const dialect = DIALECTS.find((known) => known.driverTypes.includes(type));
  if (!dialect) throw new DialectUnsupportedError(type);
  return dialect;
}
