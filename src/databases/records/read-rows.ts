import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../registry.js';

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of one statement, read in a transaction that cannot write; see `Dialect.readAll`. */
export async function readRows(queryRunner: QueryRunner, sql: string): Promise<readonly Row[]> {
  const [rows = []] = await dialectOf(queryRunner.connection).readAll(queryRunner)([sql]);
  return rows as readonly Row[];
}
