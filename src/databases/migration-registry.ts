import type { DataSource } from 'typeorm';
import { dialectOf, type DialectName } from './registry.js';
import type { MigrationDialect } from './migration-dialect.js';
import { postgresMigration } from './postgres/migration.js';
import { sqliteMigration } from './sqlite/migration.js';

const DIALECTS: Readonly<Record<DialectName, MigrationDialect>> = {
  postgres: postgresMigration,
  sqlite: sqliteMigration,
};

/** @throws DialectUnsupportedError for any other database */
export function migrationDialectOf(dataSource: DataSource): MigrationDialect {
  return DIALECTS[dialectOf(dataSource).name];
}
