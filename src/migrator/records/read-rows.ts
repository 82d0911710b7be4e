import type { QueryRunner } from 'typeorm';
import { databaseOf } from '../../databases/registry.js';
import type { Row } from '../../databases/row.js';

/** The rows of one statement, read in a transaction that cannot write; see `Connections.readAll`. */
export async function readRows(queryRunner: QueryRunner, sql: string): Promise<readonly Row[]> {
  const [rows = []] = await databaseOf(queryRunner.connection).readAll(queryRunner)([sql]);
  return rows as readonly Row[];
}
