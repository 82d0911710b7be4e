import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../../../src/databases/registry.js';
import { recordTableNames } from '../../../src/schema/record-tables.js';
import type { SchemaModel, TableModel } from '../../../src/schema/model.js';
import { normalise } from '../../../src/schema/normalise.js';
import type { TestDatabase } from '../../support/databases.js';
import { plainDataSource, type PlainOptions } from '../drift/no-false-alarm-database.js';
import { TypeormSession } from '../../../src/databases/typeorm-session.js';

/** A connection to a database at head, and its schema as introspection sees it. */
export interface Scratch {
  readonly dataSource: DataSource;
  readonly queryRunner: QueryRunner;
  readonly schema: SchemaModel;
}

/** Provides one whose tables TypeORM, or statements, have created. */
export async function onScratch<T>(
  database: TestDatabase,
  options: PlainOptions & { readonly statements?: readonly string[] },
  use: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const { statements = [], ...plain } = options;
  const dataSource = await plainDataSource(database, plain).initialize();
  try {
    if (plain.entities) await dataSource.synchronize();
    for (const sql of statements) await dataSource.query(sql);
    return await withSchema(dataSource, use);
  } finally {
    await dataSource.destroy();
  }
}

/** Provides a query runner of a connected DataSource, and the schema. */
export async function withSchema<T>(
  dataSource: DataSource,
  use: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await use({ dataSource, queryRunner, schema: await introspected(queryRunner) });
  } finally {
    await queryRunner.release();
  }
}

/** The live schema, without the tables that record migrations. */
export async function introspected(queryRunner: QueryRunner): Promise<SchemaModel> {
  const dialect = databaseOf(queryRunner.connection);
  const schemas = [dialect.defaultSchema(queryRunner.connection), 'audit'];
  const { schema } = await dialect.catalog.introspect(
    dialect.readAll(new TypeormSession(queryRunner)),
    schemas,
  );
  const records = Object.values(recordTableNames());
  return normalise({ ...schema, tables: schema.tables.filter(({ name }) => !records.includes(name)) });
}

/** A table of the schema. */
export function tableNamed({ schema }: Scratch, name: string): TableModel {
  const table = schema.tables.find((one) => one.name === name);
  if (!table) throw new Error(`There is no table ${name}.`);
  return table;
}
