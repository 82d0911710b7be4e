import { Migration, MigrationExecutor, Table, type DataSource, type QueryRunner } from 'typeorm';
import type { MappedColumnTypes } from 'typeorm/driver/types/MappedColumnTypes.js';
import type { Direction, KnownRevision } from './revision.js';

/**
 * TypeORM's own table, in TypeORM's own format, stays the list of applied revisions, so that a project can come to
 * this package and leave it again. Reading it never creates it.
 */
export async function readApplied(queryRunner: QueryRunner): Promise<readonly string[]> {
  const executor = new MigrationExecutor(queryRunner.connection, queryRunner);
  const applied = await executor.getExecutedMigrations();
  return applied.sort((a, b) => (a.id ?? 0) - (b.id ?? 0)).map((migration) => migration.name);
}

/** Records that a revision was applied, or that it was reverted; creates the table before the first record. */
export async function recordRevision(
  queryRunner: QueryRunner,
  revision: KnownRevision,
  direction: Direction,
): Promise<void> {
  const executor = new MigrationExecutor(queryRunner.connection, queryRunner);
  const row = new Migration(undefined, revision.stamp, revision.id, revision.migration);
  if (direction === 'down') return executor.deleteMigration(row);
  await createRevisionTable(queryRunner);
  await executor.insertMigration(row);
}

/** Name of the table as the user wrote it, for messages. */
export function revisionTableName(dataSource: DataSource): string {
  return dataSource.options.migrationsTableName ?? 'migrations';
}

/** The same columns that TypeORM's MigrationExecutor creates. */
async function createRevisionTable(queryRunner: QueryRunner): Promise<void> {
  const { driver, options } = queryRunner.connection;
  const schema = (options as { schema?: string }).schema;
  const name = driver.buildTableName(revisionTableName(queryRunner.connection), schema, driver.database);
  if (await queryRunner.hasTable(name)) return;
  const type = (kind: keyof MappedColumnTypes) =>
    driver.normalizeType({ type: driver.mappedDataTypes[kind] as string });
  await queryRunner.createTable(
    new Table({
      name,
      columns: [
        {
          name: 'id',
          type: type('migrationId'),
          isGenerated: true,
          generationStrategy: 'increment',
          isPrimary: true,
        },
        { name: 'timestamp', type: type('migrationTimestamp') },
        { name: 'name', type: type('migrationName') },
      ],
    }),
  );
}
