import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../src/migrator/revision.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { onDatabase } from '../support/databases.js';
import { until } from '../support/until.js';

const GRANT = 'GRANT SELECT ON "pace" TO PUBLIC';

class GrantPace1800000000401 extends Revision {
  override readonly postgres: DialectStatements = {
    up: [GRANT],
    down: ['REVOKE SELECT ON "pace" FROM PUBLIC'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

const WAITING = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query = '${GRANT}'`;

// SQLite has one writer at a time.
onDatabase(
  'postgres',
  'A revision that changes a row of a catalog that somebody else changes',
  (database) => {
    it('A revision that changes a row of a catalog that another process changes is tried again', async () => {
      const other = await database().connect();
      await other.query('CREATE TABLE "pace" ("amount" integer)');
      const dataSource = await database().connect({ entities: [], migrations: [GrantPace1800000000401] });
      const session = other.createQueryRunner();
      await session.query('BEGIN');
      await session.query(GRANT);
      const events: MigrationEvent[] = [];
      const run = migrateUp(dataSource, { onEvent: (event) => events.push(event) });
      await until(async () => (await other.query<unknown[]>(WAITING)).length === 1);
      await session.query('COMMIT');
      await session.release();
      expect((await run).done.map(({ id }) => id)).to.deep.equal(['GrantPace1800000000401']);
      const reasons = events.flatMap((event) => (event.kind === 'retrying' ? [event.reason] : []));
      expect(reasons.join()).to.contain('tuple concurrently updated');
    });
  },
);
