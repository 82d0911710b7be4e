import type { QueryRunner } from 'typeorm';

/** What TypeORM's connection is, of either driver: one calls back, the other is done when it returns. */
interface Connection {
  exec(sql: string, done: (error: Error | null) => void): unknown;
}

/**
 * Sends statements without parameters in one go; the first error ends it, and what comes behind is not done. A turn of the
 * driver takes longer than most statements.
 */
export async function execSqlite(queryRunner: QueryRunner, statements: readonly string[]): Promise<void> {
  const sql = statements.join('; ');
  const { connection } = queryRunner;
  connection.logger.logQuery(sql, undefined, queryRunner);
  const database = (await queryRunner.connect()) as Connection;
  await new Promise<void>((done, fail) => {
    database.exec(sql, (error) => (error ? fail(error) : done()));
    if (blocks(queryRunner)) done();
  });
}

/** Whether nothing else happens in the process while the driver works. */
export function blocks({ connection }: QueryRunner): boolean {
  return !('Database' in (connection.driver as unknown as { readonly sqlite: object }).sqlite);
}
