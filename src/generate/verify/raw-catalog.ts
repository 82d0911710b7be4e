import type { QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import { compareText } from '../../schema/model.js';
import { recordTableNames } from '../../schema/record-tables.js';

/**
 * Everything that a database says it has, one line an object or a part of one, sorted. It shares nothing with the
 * introspection by which schemas are compared, so that it sees what that one is blind for. The tables in which
 * migrating is recorded are left out.
 *
 * What belongs to the database and not to the schema is not in it: owners, rights, statistics, and on PostgreSQL the
 * place of a column among the others, since one that is added again stands last.
 */
export async function readRawCatalog(queryRunner: QueryRunner): Promise<readonly string[]> {
  const { options } = queryRunner.connection;
  const records = Object.values(recordTableNames(options.migrationsTableName)) as readonly string[];
  const lines = await databaseOf(queryRunner.connection).rawCatalog(new TypeormSession(queryRunner), records);
  return [...new Set(lines)].sort(compareText);
}

/** The lines of one catalog that the other one has not, and the other way round. */
export function compareCatalogs(before: readonly string[], after: readonly string[]): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `gone: ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `new: ${line}`),
  ];
}
