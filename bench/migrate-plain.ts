import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DialectName } from '../src/databases/registry.js';
import { entities } from '../src/entities/index.js';
import { migrations } from '../src/migrations/index.js';
import type { Direction } from '../src/databases/direction.js';
import type { DialectStatements, Revision } from '../src/migrator/revision.js';
import { withoutConcurrently } from './migrate-transactional.js';

const options = JSON.parse(process.env['BENCH_OPTIONS'] ?? '{}') as DataSourceOptions;

/** TypeORM's `migration:revert` runs every revision in a transaction, one that says `transaction = false` too. */
function transactional(Migration: new () => Revision): new () => Revision {
  class Transactional extends Migration {
    declare readonly postgres: DialectStatements;
    declare readonly sqlite: DialectStatements;
    override readonly transaction = true;

    override statements(dialect: DialectName, direction: Direction): readonly string[] {
      return super.statements(dialect, direction).map(withoutConcurrently);
    }
  }
  Object.defineProperty(Transactional, 'name', { value: Migration.name });
  return Transactional;
}

/** What a project without this package gives to TypeORM's command line: the same entities and revisions. */
export const dataSource = new DataSource({
  ...options,
  entities: [...entities],
  migrations: migrations.map(transactional),
  migrationsTransactionMode: 'each',
});
