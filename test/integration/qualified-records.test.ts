import { expect } from 'chai';
import type { DataSource, MigrationInterface } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { writeScript } from '../../src/migrator/offline.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { lendPlainPostgres, type PlainDatabase } from '../support/plain-postgres.js';
import { handWritten } from '../support/hand-written.js';

const made = (table: string, id: string) =>
  handWritten(
    id,
    (queryRunner) => queryRunner.query(`CREATE TABLE ${table} (id integer)`),
    (queryRunner) => queryRunner.query(`DROP TABLE ${table}`),
  );
const PUMPS = 'MakePumps1800000000395';
const VALVES = 'MakeValves1800000000396';

describe('A list of revisions whose name has a schema (PostgreSQL)', () => {
  let database: PlainDatabase;
  beforeEach(async () => {
    database = await lendPlainPostgres(['CREATE SCHEMA ops', 'CREATE SCHEMA app']);
  });
  afterEach(() => database.takeBack());

  const connect = (
    migrationsTableName: string,
    migrations: readonly (new () => MigrationInterface)[] = [made('pumps', PUMPS), made('valves', VALVES)],
    more: object = {},
  ): Promise<DataSource> => database.connect([], { migrationsTableName, migrations, ...more });
  const tables = async () => {
    const rows = await database.execute(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('ops', 'app', 'public') ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('A list of revisions whose name has a schema is read where TypeORM keeps it', async () => {
    const typeorm = await connect('ops.migs', [made('pumps', PUMPS)]);
    await typeorm.runMigrations();
    const ours = await connect('ops.migs');
    expect(await readStatus(ours)).to.deep.include({ current: PUMPS, pending: [VALVES] });
    expect((await migrateUp(ours)).done.map(({ id }) => id)).to.deep.equal([VALVES]);
    expect(await tables()).to.deep.equal([
      'ops.migs',
      'ops.migs_attempt',
      'ops.migs_heartbeat',
      'ops.migs_phase',
      'ops.migs_run',
      'public.pumps',
      'public.valves',
    ]);
    expect(await typeorm.showMigrations()).to.equal(false);
    await migrateDown(ours);
    expect(await readStatus(ours)).to.deep.include({ current: PUMPS, failed: [] });
    expect((await checkDrift(ours)).unmanaged.map(({ object }) => object)).to.deep.equal(['pumps']);
  });

  it('A list of revisions whose name has a schema is there also where the DataSource has another schema', async () => {
    const options = { schema: 'app' };
    const ours = await connect('ops.migs', [made('app.pumps', PUMPS), made('app.valves', VALVES)], options);
    await migrateUp(ours);
    expect(await tables()).to.deep.equal([
      'app.pumps',
      'app.valves',
      'ops.migs',
      'ops.migs_attempt',
      'ops.migs_heartbeat',
      'ops.migs_phase',
      'ops.migs_run',
    ]);
  });

  it('A list of revisions whose name has the schema public is that of the plain name', async () => {
    await migrateUp(await connect('migs', [made('pumps', PUMPS)]));
    expect(await readStatus(await connect('public.migs'))).to.deep.include({
      current: PUMPS,
      pending: [VALVES],
    });
  });

  it('A list of revisions whose name has a schema that is missing is refused, naming it', async () => {
    const error: unknown = await migrateUp(await connect('none.migs')).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'SCHEMA_MISSING');
    expect((error as Error).message).to.include('CREATE SCHEMA "none";');
    expect(await tables()).to.deep.equal([]);
  });

  it('A list of revisions whose name has a schema is there in an offline script', async () => {
    const { Revision } = await import('../../src/migrator/revision.js');
    class Tanks1800000000397 extends Revision {
      override readonly postgres = { up: ['CREATE TABLE tanks (id integer)'], down: ['DROP TABLE tanks'] };
      override readonly sqlite = this.postgres;
    }
    const script = await writeScript(await connect('ops.migs', [Tanks1800000000397]), { direction: 'up' });
    expect(script).to.include('INSERT INTO "ops"."migs"').and.not.include('"ops.migs"');
  });
});
