import type { QueryRunner } from 'typeorm';
import type { Row } from '../row.js';
import { readAll } from './connection.js';

/** The rows of one statement, read in a transaction that cannot write; see `Connections.readAll`. */
export async function readRows(queryRunner: QueryRunner, sql: string): Promise<readonly Row[]> {
  const [rows = []] = await readAll(queryRunner)([sql]);
  return rows as readonly Row[];
}
