import type { DataSource, QueryRunner } from 'typeorm';
import { NotConnectedError } from '../errors.js';

/** Lends a connection of the pool. */
export async function withQueryRunner<T>(
  dataSource: DataSource,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await use(queryRunner);
  } finally {
    await queryRunner.release();
  }
}

/** Notes something on a connection, a new one when this one is gone. A note that cannot be made is not worth an error. */
export async function onLiveConnection(
  queryRunner: QueryRunner,
  note: (live: QueryRunner) => Promise<void>,
): Promise<void> {
  try {
    if (queryRunner.isReleased) await withQueryRunner(queryRunner.connection, note);
    else await note(queryRunner);
  } catch {
    // The run stays open in the log, which reads as interrupted.
  }
}
