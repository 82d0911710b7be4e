import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { CitusWorkerError } from '../../src/errors/server.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { applyOnStart } from '../../src/nest/on-start.js';
import { systemClock } from '../../src/clock.js';
import { execute } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { detailedReadiness } from '../support/readiness.js';
import { revision } from '../support/revisions.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';

const GAUGES = revision(
  'MakeGauges1800000000461',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const NOTE =
  'Citus worker: local tables and the list of applied revisions are on the coordinator; look there';

/** The one table of the catalog of Citus that tells a worker from a coordinator. */
function asNode(database: TestDatabase, groupid: number): Promise<void> {
  return execute(database, [
    'SET allow_system_table_mods = on',
    'CREATE TABLE IF NOT EXISTS pg_catalog.pg_dist_local_group (groupid integer)',
    'DELETE FROM pg_catalog.pg_dist_local_group',
    `INSERT INTO pg_catalog.pg_dist_local_group VALUES (${groupid})`,
    'GRANT SELECT ON pg_catalog.pg_dist_local_group TO PUBLIC',
  ]);
}

onDatabase('postgres', 'A worker of Citus (PostgreSQL)', (database) => {
  const run = (...args: readonly string[]) =>
    runCommandHere({ entities: [], migrations: [GAUGES] }, database().url, args);
  const shown = ({ port, database: name }: PostgresTarget) => `postgres://127.0.0.1:${port}/${name}`;
  const refusal = () =>
    `${shown(database().target as PostgresTarget)} is a Citus worker. The list of applied revisions is on the coordinator, so which ones are applied is unknown here. Nothing was changed. ` +
    'Use the coordinator: set DATABASE_URL or DATABASE_DIRECT_URL to its address.';

  for (const args of [
    ['up'],
    ['up', '--plan'],
    ['down'],
    ['stamp', 'head'],
    ['stamp', 'base'],
    ['init', '--env', 'production'],
    ['history'],
    ['check', '--repair'],
  ])
    it(`A worker of Citus is refused by ${args.join(' ')} with code 3, and nothing is changed`, async () => {
      await asNode(database(), 4);
      const { code, stderr } = await run(...args);
      expect({ code, stderr: stderr.split('\n').at(-2) }).to.deep.equal({
        code: 3,
        stderr: `error: ${refusal()}`,
      });
      const found = await (
        await database().connect(only())
      ).query<unknown[]>(`SELECT FROM pg_tables WHERE schemaname = 'public'`);
      expect(found).to.deep.equal([]);
    });

  it('A worker of Citus has a code of its own in JSON', async () => {
    await asNode(database(), 4);
    expect(documentOf(await run('up', '--json'))).to.have.nested.property('error.code', 'CITUS_WORKER');
  });

  it('A worker of Citus is refused by an application that migrates or waits when it starts', async () => {
    await asNode(database(), 4);
    const dataSource = await database().connect(only(GAUGES));
    const options = { waitMs: 1000, clock: systemClock, log: () => undefined };
    for (const onStart of ['migrate', 'wait'] as const)
      await expectFailure(applyOnStart(dataSource, { ...options, onStart }), CitusWorkerError, refusal());
  });

  it('A worker of Citus is refused where TypeORM asks whether revisions are pending', async () => {
    await asNode(database(), 4);
    const dataSource = await database().connect(only(GAUGES));
    await expectFailure(dataSource.showMigrations(), CitusWorkerError, refusal());
  });

  it('A worker of Citus has a status that says what it is, and not which revisions are applied', async () => {
    await asNode(database(), 4);
    const { code, stdout } = await run('status');
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: `unknown which revisions are applied\n${NOTE}\n`,
    });
    const document = documentOf(await run('status', '--json'));
    expect(document).to.deep.include({
      applied: [],
      pending: [],
      unreadable: ['migrations', 'migrations_run', 'migrations_attempt'],
    });
    expect(document).to.have.nested.property('server.citus', 'worker');
  });

  it('A worker of Citus is compared with the entities, and the report says where it looked', async () => {
    await asNode(database(), 4);
    const { code, stdout } = await run('check');
    expect(code).to.equal(2);
    expect(stdout.split('\n').slice(0, 2)).to.deep.equal(['incomplete: 1 object cannot be compared', NOTE]);
    expect(stdout)
      .to.include(
        `  table migrations.migrations: the list of applied revisions cannot be read: ${refusal()}\n`,
      )
      .and.include('  check the coordinator: set DATABASE_URL to its address\n')
      .and.not.match(/at base|stamp head|generate/);
    expect(documentOf(await run('check', '--json'))).to.deep.include({ citusWorker: true, pending: [] });
  });

  it('A worker of Citus is not ready, with the reason', async () => {
    await asNode(database(), 4);
    const dataSource = await database().connect(only(GAUGES));
    expect(await detailedReadiness(dataSource).ready()).to.deep.equal({
      status: 'down',
      reason: 'CITUS_WORKER',
      details: [refusal()],
    });
  });

  it('A coordinator of Citus is migrated like any other server', async () => {
    await asNode(database(), 0);
    const dataSource = await database().connect(only(GAUGES));
    expect((await migrateUp(dataSource)).current).to.equal('MakeGauges1800000000461');
    const { stdout } = await run('status');
    expect(stdout.split('\n').slice(0, 2)).to.deep.equal(['at head, MakeGauges1800000000461', '']);
    const document = documentOf(await run('status', '--json'));
    expect(document).to.have.nested.property('server.citus', 'coordinator');
  });
});
