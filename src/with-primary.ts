import type { DataSource, EntityManager } from 'typeorm';

/**
 * Runs `use` with a manager whose reads see every write that has ended. With TypeORM's `replication` other reads lead to
 * a replica, which may lag behind. Reads of transactions are on the primary anyway.
 *
 * @param use gets a manager that is valid until its promise settles
 */
export async function withPrimary<T>(
  dataSource: DataSource,
  use: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner('master');
  try {
    return await use(queryRunner.manager);
  } finally {
    await queryRunner.release();
  }
}
