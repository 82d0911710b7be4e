import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { RecordNumbersBehindError } from '../../src/errors/records.js';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { Revision } from '../../src/migrator/revision.js';
import { readStatus } from '../../src/migrator/status.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase, onServer } from '../support/databases.js';
import { expectFailure, only } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision('MakeGauges1800000000461', ['CREATE TABLE gauges (id integer)'], []);
const DIALS = revision('MakeDials1800000000462', ['CREATE TABLE dials (id integer)'], []);

class IndexGauges1800000000463 extends Revision {
  override readonly transaction = false;
  override readonly postgres = {
    up: ['CREATE INDEX CONCURRENTLY ix_gauges ON gauges (id)'],
    down: ['DROP INDEX CONCURRENTLY ix_gauges'],
  };
  override readonly sqlite = { up: [], down: [] };
}

const behind = (table: string) =>
  `The sequence of "public"."${table}" gives numbers that rows of the table already have, as after a copy of the rows alone.`;
const remedy = (table: string) =>
  `Let the owner of the table run: SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('"public"."${table}"', 'id'), (SELECT pg_catalog.max("id") FROM "public"."${table}")); Then run the command again.`;

const TABLES = ['migrations', 'migrations_run', 'migrations_attempt'];

const BACK = {
  postgres: TABLES.map((table) => `SELECT setval(pg_get_serial_sequence('${table}', 'id'), 1, false)`),
  sqlite: ['DELETE FROM sqlite_sequence'],
};

eachDatabase('Records that were copied without what numbers them', (database) => {
  it('Records that were copied without what numbers them are continued behind the newest', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), BACK[database().dialect]);
    const events: MigrationEvent[] = [];
    const dataSource = await database().connect(only(GAUGES, DIALS));
    const { current } = await migrateUp(dataSource, { onEvent: (event) => events.push(event) });
    expect(current).to.equal('MakeDials1800000000462');
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    const expected = TABLES.map(
      (table) => `${behind(table).replace('gives', 'gave')} It was set to the newest row.`,
    );
    expect(warnings).to.deep.equal(database().dialect === 'postgres' ? expected : []);
    for (const table of TABLES)
      expect(
        (await rowsOf(database(), `SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => Number(id)),
      ).to.deep.equal([1, 2]);
  });
});

onDatabase('postgres', 'Records whose sequence a role may not set (PostgreSQL)', (database) => {
  let role = '';
  beforeEach(async () => {
    await database().connectAtHead(only(GAUGES));
    role = `numbering_in_${(database().target as PostgresTarget).database}`;
    await execute(database(), [
      `CREATE ROLE ${role} LOGIN PASSWORD 'numbering'`,
      `GRANT CREATE, USAGE ON SCHEMA public TO ${role}`,
      `ALTER TABLE gauges OWNER TO ${role}`,
      `GRANT SELECT, INSERT, DELETE ON migrations, migrations_phase TO ${role}`,
      `GRANT SELECT, INSERT, UPDATE ON migrations_run, migrations_attempt TO ${role}`,
      `GRANT USAGE ON SEQUENCE migrations_id_seq TO ${role}`,
    ]);
  });
  /** The database has gone before, and all that the role has in it. */
  afterEach(() => onServer(`DROP ROLE ${role}`));
  const asRole = () =>
    database().connect(only(GAUGES, DIALS, IndexGauges1800000000463), {
      database: { ...(database().target as PostgresTarget), user: role, password: 'numbering' },
    });
  const back = (table: string) =>
    execute(database(), [`SELECT setval(pg_get_serial_sequence('${table}', 'id'), 1, false)`]);

  for (const table of ['migrations', 'migrations_run'])
    it(`Records whose sequence a role may not set are refused before a revision runs: ${table}`, async () => {
      await back(table);
      const dataSource = await asRole();
      await expectFailure(
        migrateUp(dataSource),
        RecordNumbersBehindError,
        `${behind(table)} No revision was run. ${remedy(table)}`,
      );
      expect(await rowsOf(database(), `SELECT to_regclass('dials') AS dials`)).to.deep.equal([
        { dials: null },
      ]);
      expect((await readStatus(dataSource)).failed).to.deep.equal([]);
    });

  it('Records whose sequence a role may not read are named where a record fails', async () => {
    await back('migrations_attempt');
    await expectFailure(
      migrateUp(await asRole()),
      RecordNumbersBehindError,
      `${behind('migrations_attempt')} The transaction of the revision was rolled back. ${remedy('migrations_attempt')}`,
    );
  });

  it('Records whose sequence a role may not read are rehearsed before a statement runs outside a transaction', async () => {
    await migrateUp(await asRole(), { target: 'MakeDials1800000000462' });
    await back('migrations_attempt');
    await expectFailure(
      migrateUp(await asRole()),
      RecordNumbersBehindError,
      `${behind('migrations_attempt')} Nothing of the revision was run. ${remedy('migrations_attempt')}`,
    );
    expect(await rowsOf(database(), `SELECT to_regclass('ix_gauges') AS ix`)).to.deep.equal([{ ix: null }]);
  });

  it(`A duplicate key of a revision's own is that of the revision`, async () => {
    const twice = revision(
      'FillGauges1800000000464',
      ['CREATE TABLE pins (id integer PRIMARY KEY)', 'INSERT INTO pins VALUES (1), (1)'],
      [],
    );
    const failure = await migrateUp(await database().connect(only(GAUGES, twice))).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'REVISION_FAILED');
  });
});
