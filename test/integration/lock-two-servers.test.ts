import { recordTables } from '../../src/databases/records/tables.js';
import type { HeldLock } from '../../src/databases/lock.js';
import { PostgresExecutor } from '../../src/databases/postgres/executor.js';
import { LockUnavailableError } from '../../src/errors/migration.js';
import { onDatabase } from '../support/databases.js';
import { expectFailure } from '../support/failures.js';
import { TypeormSession } from '../../src/databases/typeorm-session.js';

onDatabase('postgres', 'The migration lock behind a pooler of two servers', (database) => {
  it('The migration lock behind a pooler of two servers is refused where two sessions of one address reach two servers', async () => {
    const dataSource = await database().connect({ entities: [], migrations: [] });
    const queryRunner = dataSource.createQueryRunner();
    // As a pooler leads it: the lock is held elsewhere, so the session that executes gets it here.
    const held: HeldLock = {
      lost: new AbortController().signal,
      fence: undefined,
      isAlive: () => Promise.resolve(true),
      serverUpSince: () => Promise.resolve('2020-01-01 00:00:00+00'),
      release: () => Promise.resolve(),
    };
    try {
      await expectFailure(
        PostgresExecutor.open(new TypeormSession(queryRunner), {
          tables: { ...recordTables(dataSource, true), lockName: 'public.migrations' },
          held,
          migrations: [],
          plainTables: () => [],
        }),
        LockUnavailableError,
        'Two sessions of this address reached two servers: a pooler or load balancer distributes sessions over several. Nothing was changed. Set DATABASE_DIRECT_URL to the address of the primary itself.',
      );
    } finally {
      await queryRunner.release();
    }
  });
});
