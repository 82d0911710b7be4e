import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../../dialect/dialect.js';
import type { SchemaModel } from '../model.js';
import { normalise } from '../normalise.js';
import { introspectPostgres } from './postgres.js';
import { introspectSqlite } from './sqlite.js';

/** Runs a read-only statement and gives its rows. */
export type Read = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;

/** Reads the schema that the database has, from its catalogs, all tables included. Writes nothing. */
export async function introspect(queryRunner: QueryRunner): Promise<SchemaModel> {
  const read: Read = async (sql, parameters) =>
    (await queryRunner.query(sql, parameters === undefined ? undefined : [...parameters])) as never;
  const name = dialectOf(queryRunner.connection).name;
  const live = name === 'postgres' ? await introspectPostgres(read) : await introspectSqlite(read);
  return normalise(live);
}
