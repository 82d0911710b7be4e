import { expect } from 'chai';
import { Migrator } from '../../src/migrator-api.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { onDatabase } from '../support/databases.js';
import { withRawClient } from '../support/raw-postgres.js';
import { only } from '../support/failures.js';
import { FillJobs1800000000213 as FillJobs } from '../support/noticing-data-source.js';

const SHOWN = `SELECT current_setting('orchestrator_db.max_lag', true) AS "lag", current_setting('orchestrator_db.backfill_pause', true) AS "pause"`;

onDatabase('postgres', 'The pace of a backfill', (database) => {
  it('The pace of a backfill comes from the options of the run, and the session keeps what it had', async () => {
    const seen: MigrationEvent[] = [];
    const dataSource = await database().connect(only(FillJobs), { poolSize: 1 });
    await dataSource.query(`SET orchestrator_db.report_every = '0'`);
    await dataSource.query(
      `CREATE TABLE "jobs" AS SELECT i AS "id", NULL::text AS "tier", current_timestamp AS "at" FROM generate_series(1, 4000) AS i`,
    );
    await dataSource.query(
      `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := clock_timestamp(); RETURN NEW; END $$`,
    );
    await dataSource.query(
      `CREATE TRIGGER noted BEFORE UPDATE ON "jobs" FOR EACH ROW EXECUTE FUNCTION note()`,
    );
    await new Migrator(dataSource, {
      ...{ backfillPauseMs: 300, backfillMaxLagMs: 5000 },
      onEvent: (event) => seen.push(event),
    }).up();
    const [span] = await dataSource.query<readonly { seconds: number }[]>(
      `SELECT extract(epoch FROM max(at) - min(at))::float AS "seconds" FROM jobs`,
    );
    expect(span?.seconds).to.be.within(0.3, 5);
    expect(await dataSource.query(SHOWN)).to.deep.equal([{ lag: '', pause: '' }]);
    expect(seen.map(({ kind }) => kind)).to.deep.equal([
      ...['started', 'statement', 'notice', 'progress', 'progress', 'notice', 'finished'],
    ]);
    expect(seen[2]).to.deep.include({ severity: 'warning' });
    expect(seen[3]).to.deep.include({ table: 'jobs', column: 'tier', done: 2000, estimated: 4000 });
  });

  it('A log of an earlier version gets the column for progress with the next run, unless another session reads it for long', async () => {
    const dataSource = await database().connectAtHead();
    const columns = async () => {
      const rows: readonly unknown[] = await dataSource.query(
        `SELECT FROM information_schema.columns WHERE table_name = 'migrations_run' AND column_name = 'progress'`,
      );
      return rows.length;
    };
    await dataSource.query('ALTER TABLE migrations_run DROP COLUMN progress');
    await withRawClient(database().target as PostgresTarget, async (reader) => {
      await reader.query('BEGIN; SELECT FROM migrations_run');
      await new Migrator(dataSource).down();
    });
    expect(await columns()).to.equal(0);
    await new Migrator(dataSource).up();
    expect(await columns()).to.equal(1);
  });
});
