import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import { compareText } from '../../schema/model.js';
import { recordTableNames } from '../../schema/record-tables.js';

/**
 * Everything that a database reports, one line an object or a part of one, sorted. It shares nothing with the
 * introspection that compares schemas, so that it finds what that one misses. The tables that record migrations are
 * left out, and so is the one in which TypeORM records texts of views: it stays on `down`.
 *
 * It omits what belongs to the database and not to the schema: owners, rights except those on columns, statistics, and on PostgreSQL the place
 * of a column among the others, since a column that is added again is the last one.
 */
export async function readRawCatalog(queryRunner: QueryRunner): Promise<readonly string[]> {
  const { connection } = queryRunner;
  return readCatalogWithout(queryRunner, [...recordsOf(connection), connection.metadataTableName]);
}

/** The names of the tables that record migrations. */
export function recordsOf(dataSource: DataSource): readonly string[] {
  const { schemas } = databaseOf(dataSource).capabilities;
  return Object.values(
    recordTableNames(dataSource.options.migrationsTableName, schemas),
  ) as readonly string[];
}

/** The same without the tables of these names. */
export async function readCatalogWithout(
  queryRunner: QueryRunner,
  tables: readonly string[],
): Promise<readonly string[]> {
  const lines = await databaseOf(queryRunner.connection).rawCatalog(new TypeormSession(queryRunner), tables);
  return [...new Set(lines)].sort(compareText);
}

/** The lines that only one of the two catalogs contains. */
export function compareCatalogs(before: readonly string[], after: readonly string[]): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `gone: ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `new: ${line}`),
  ];
}

/**
 * The same for the catalogs before `up` and after `down`. An extension that `up` has installed stays, because other
 * objects of a database may use it by then.
 */
export function compareAfterDown(before: readonly string[], after: readonly string[]): readonly string[] {
  return compareCatalogs(
    before,
    after.filter((line) => before.includes(line) || !line.startsWith('extension ')),
  );
}
