import type { DataSource, QueryRunner } from 'typeorm';
import { systemClock } from '../clock.js';
import { databaseOf } from '../databases/registry.js';
import { NotConnectedError } from '../errors.js';

/** How long a note may take, milliseconds: the server may be gone. */
const NOTE_MS = 5000;

/** Lends a connection of the pool. */
export async function withQueryRunner<T>(
  dataSource: DataSource,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  if (!dataSource.isInitialized) throw new NotConnectedError();
  databaseOf(dataSource).surviveLostConnections(dataSource);
  const queryRunner = dataSource.createQueryRunner();
  // TypeORM never closes a pool one of whose query runners was released before it was connected.
  await queryRunner.connect();
  try {
    return await use(queryRunner);
  } finally {
    await queryRunner.release();
  }
}

/** The same; what the driver throws becomes an error of this package. */
export async function onConnection<T>(
  dataSource: DataSource,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  try {
    return await withQueryRunner(dataSource, use);
  } catch (error) {
    throw databaseOf(dataSource).typedError(dataSource, error);
  }
}

/**
 * Notes something, on a new connection when this one is gone. A note that cannot be made, or takes more than 5 s, is not
 * worth an error: the run then stays open in the log, which reads as interrupted.
 */
export async function onLiveConnection(
  queryRunner: QueryRunner,
  note: (live: QueryRunner) => Promise<void>,
): Promise<void> {
  const noted = noteOn(queryRunner, note).catch(() => undefined);
  const over = new AbortController();
  const late = systemClock.pause(NOTE_MS, over.signal).catch(() => undefined);
  await Promise.race([noted, late]);
  over.abort();
}

async function noteOn(queryRunner: QueryRunner, note: (live: QueryRunner) => Promise<void>): Promise<void> {
  if (!queryRunner.isReleased)
    try {
      await note(queryRunner);
      return;
    } catch (error) {
      if (!databaseOf(queryRunner.connection).migration.isDisconnected(error)) throw error;
    }
  await withQueryRunner(queryRunner.connection, note);
}
