import type { DataSource } from 'typeorm';
import { dialectOf, type DialectName } from '../../dialect/dialect.js';
import type { MigrationDialect } from './migration-dialect.js';
import { postgresMigration } from './postgres.js';
import { sqliteMigration } from './sqlite.js';

const DIALECTS: Readonly<Record<DialectName, MigrationDialect>> = {
  postgres: postgresMigration,
  sqlite: sqliteMigration,
};

/** @throws DialectUnsupportedError for any other database */
export function migrationDialectOf(dataSource: DataSource): MigrationDialect {
  return DIALECTS[dialectOf(dataSource).name];
}
