import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { RecordsReplicatedError } from '../../src/errors/records.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { writeScript } from '../../src/migrator/offline.js';
import { readStatus } from '../../src/migrator/status.js';
import { withRawClient } from '../support/raw-postgres.js';
import { startLogicalPostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { revision } from '../support/revisions.js';
import { urlOf } from '../support/servers.js';
import { until } from '../support/until.js';

const TABLES = ['migrations', 'migrations_run', 'migrations_attempt'];
const FIRST = revision(
  'MakeNotes1800000000451',
  ['CREATE TABLE notes (id integer PRIMARY KEY)'],
  ['DROP TABLE notes'],
);
const SECOND = revision('AddText1800000000452', ['ALTER TABLE notes ADD COLUMN text text'], []);

describe('A database that subscribes to the records of another one (postgres)', () => {
  let server: RestartablePostgres;
  const opened: DataSource[] = [];
  before(async () => {
    server = await startLogicalPostgres();
  });
  after(async () => {
    for (const dataSource of opened) await dataSource.destroy();
    await server.stop();
  });

  const at = (database: string) => ({ ...server.target, database });
  const open = async (database: string) => {
    const url = urlOf(at(database));
    const dataSource = new DataSource({ type: 'postgres', url, entities: [], migrations: [FIRST, SECOND] });
    opened.push(await dataSource.initialize());
    return dataSource;
  };
  const execute = (database: string, ...statements: readonly string[]) =>
    withRawClient(at(database), async (client) => {
      let rows: readonly unknown[] = [];
      for (const sql of statements) ({ rows } = await client.query(sql));
      return rows;
    });

  it('A database that subscribes to the records of another one is not at head, and is refused until the subscription ends', async () => {
    await execute('postgres', 'CREATE DATABASE publisher', 'CREATE DATABASE subscriber');
    const publisher = await open('publisher');
    const subscriber = await open('subscriber');
    for (const one of [publisher, subscriber]) await migrateUp(one, { target: '+1' });
    await execute('subscriber', `TRUNCATE ${TABLES.join(', ')}`);
    await execute(
      'publisher',
      'CREATE PUBLICATION everything FOR ALL TABLES',
      `SELECT pg_create_logical_replication_slot('everything', 'pgoutput')`,
    );
    await execute(
      'subscriber',
      `CREATE SUBSCRIPTION everything CONNECTION '${urlOf(at('publisher'))}' PUBLICATION everything WITH (create_slot = false)`,
    );
    await migrateUp(publisher);
    await until(async () => (await execute('subscriber', 'SELECT FROM migrations')).length === 2);
    for (const work of [migrateUp, migrateDown, readStatus]) {
      const error: unknown = await work(subscriber).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RecordsReplicatedError);
      expect((error as Error).message).to.include('copies rows into public.migrations');
    }
    const { uncomparable } = await checkDrift(subscriber);
    expect(uncomparable.map(({ object, reason }) => `${object}: ${reason}`).join()).to.match(
      /^migrations: the list of applied revisions cannot be read: This database is a subscriber: the subscription everything copies rows into public\.migrations, public\.migrations_run, public\.migrations_attempt, so /,
    );
    const script = await writeScript(subscriber, { direction: 'down', target: 'head..base' });
    expect(script).to.include(
      'a subscription copies rows into this table, so a recorded revision may not have run here: ',
    );
    await execute('subscriber', 'DROP SUBSCRIPTION everything');
    expect(await readStatus(subscriber)).to.deep.include({ pending: [] });
  });
});
