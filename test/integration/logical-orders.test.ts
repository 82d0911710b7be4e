import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { documentOf, runCommandHere } from '../support/run-shelves.js';
import { onTarget, only } from '../support/failures.js';
import { withRawClient } from '../support/raw-postgres.js';
import { startLogicalPostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { revision } from '../support/revisions.js';
import { urlOf } from '../support/servers.js';
import { until } from '../support/until.js';

const NOTES = revision(
  'MakeNotes1800000000481',
  ['CREATE TABLE notes (id integer PRIMARY KEY)'],
  ['DROP TABLE notes'],
);
const TEXT = revision(
  'AddText1800000000482',
  ['ALTER TABLE notes ADD COLUMN text text'],
  ['ALTER TABLE notes DROP COLUMN text'],
);
const MIGRATIONS = [NOTES, TEXT];

describe('Two servers with logical replication, the records of each its own', () => {
  let publisher: RestartablePostgres;
  let subscriber: RestartablePostgres;
  let database = 'postgres';
  before(async () => {
    [publisher, subscriber] = await Promise.all([startLogicalPostgres(), startLogicalPostgres()]);
    await execute(
      { target: subscriber.target },
      `ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'`,
      'SELECT pg_reload_conf()',
    );
  });
  after(() => Promise.all([publisher.stop(), subscriber.stop()]));
  let number = 0;
  let logged = 0;
  beforeEach(async () => {
    number += 1;
    logged = (await logOfSubscriber()).length;
    for (const { target } of [publisher, subscriber])
      await execute({ target }, `CREATE DATABASE pair_${number}`);
    database = `pair_${number}`;
  });
  afterEach(() => execute(at(subscriber), `DROP SUBSCRIPTION copy_${number}`));

  const at = ({ target }: Pick<RestartablePostgres, 'target'>) => ({ target: { ...target, database } });
  const execute = ({ target }: Pick<RestartablePostgres, 'target'>, ...statements: readonly string[]) =>
    withRawClient(target, async (client) => {
      let rows: readonly unknown[] = [];
      for (const sql of statements) ({ rows } = await client.query(sql));
      return rows;
    });
  const migrate = (server: RestartablePostgres, way: typeof migrateUp, target?: string) =>
    onTarget(at(server).target, { contents: only(...MIGRATIONS) }, (dataSource) =>
      way(dataSource, target === undefined ? {} : { target }),
    );
  const subscribe = async (what: string) => {
    await execute(at(publisher), `CREATE PUBLICATION copy_${number} ${what}`);
    await execute(
      at(subscriber),
      `CREATE SUBSCRIPTION copy_${number} CONNECTION '${urlOf(at(publisher).target)}' PUBLICATION copy_${number}`,
    );
  };
  const insert = (columns: string, values: string) =>
    execute(at(publisher), `INSERT INTO notes (${columns}) VALUES (${values})`);
  const arrived = (count: number) =>
    until(async () => (await execute(at(subscriber), 'SELECT FROM notes')).length === count);
  const logOfSubscriber = () => readFile(join(subscriber.data, '..', 'log'), 'utf8');
  const stops = () =>
    until(async () => /missing replicated column.*"text"/.test((await logOfSubscriber()).slice(logged)));
  const run = (server: RestartablePostgres, ...args: readonly string[]) =>
    runCommandHere({ entities: [], migrations: MIGRATIONS }, urlOf(at(server).target), args);

  it('Logical replication goes on where the subscriber is migrated first for a column that comes, and the publisher first for one that goes', async () => {
    for (const server of [publisher, subscriber]) await migrate(server, migrateUp, '+1');
    await subscribe('FOR TABLE notes');
    await migrate(subscriber, migrateUp);
    await insert('id', '1');
    await arrived(1);
    await migrate(publisher, migrateUp);
    await insert('id, text', `2, 'two'`);
    await arrived(2);
    await migrate(publisher, migrateDown);
    await insert('id', '3');
    await arrived(3);
    await migrate(subscriber, migrateDown);
    await insert('id', '4');
    await arrived(4);
  });

  it('Logical replication stops where the publisher is migrated first for a column that comes, until the subscriber is migrated', async () => {
    for (const server of [publisher, subscriber]) await migrate(server, migrateUp, '+1');
    await subscribe('FOR TABLE notes');
    await migrate(publisher, migrateUp);
    await insert('id, text', `1, 'one'`);
    await stops();
    await migrate(subscriber, migrateUp);
    await arrived(1);
  });

  it('Logical replication stops where the subscriber is migrated first for a column that goes, until it has the column again', async () => {
    for (const server of [publisher, subscriber]) await migrate(server, migrateUp);
    await subscribe('FOR TABLE notes');
    await migrate(subscriber, migrateDown);
    await insert('id, text', `1, 'one'`);
    await stops();
    await migrate(subscriber, migrateUp);
    await arrived(1);
  });

  it('A subscriber is named by its status and by its check, and by no other line of a database that is not one', async () => {
    for (const server of [publisher, subscriber]) await migrate(server, migrateUp);
    await subscribe('FOR TABLE notes');
    const lines = async (server: RestartablePostgres) => (await run(server, 'status')).stdout.split('\n', 2);
    expect(await lines(publisher)).to.deep.equal(['at head, AddText1800000000482', '']);
    expect(await lines(subscriber)).to.deep.equal([
      'at head, AddText1800000000482',
      `subscriber: the subscription copy_${number} copies rows into this database, and no changes of the schema: migrate both databases`,
    ]);
    const document = documentOf(await run(subscriber, 'status', '--json'));
    expect(document).to.have.deep.nested.property('server.subscriptions', [`copy_${number}`]);
    expect(document).to.have.nested.property('server.role', 'primary');
    expect((await run(publisher, 'check')).stdout).to.not.include('subscriber:');
    expect((await run(subscriber, 'check')).stdout.split('\n')).to.include((await lines(subscriber))[1]);
    const checked = documentOf(await run(subscriber, 'check', '--json'));
    expect(checked).to.have.deep.property('subscriptions', [`copy_${number}`]);
  });

  it('A subscriber whose records are copied with a column missing is refused by up, which says what it found; the way that it names leads to head', async () => {
    await migrate(publisher, migrateUp, '+1');
    await migrate(subscriber, migrateUp, '+1');
    await execute(at(subscriber), 'TRUNCATE migrations, migrations_run, migrations_attempt');
    await subscribe('FOR ALL TABLES');
    await migrate(publisher, migrateUp);
    await until(async () => (await execute(at(subscriber), 'SELECT FROM migrations')).length === 2);
    const name = `copy_${number}`;
    expect(await run(subscriber, 'up')).to.deep.equal({
      code: 3,
      stdout: '',
      stderr:
        `error: This database is a subscriber: the subscription ${name} copies rows into public.migrations, public.migrations_run, public.migrations_attempt, so a recorded revision may not have run here. Nothing was changed. ` +
        `On the publisher, publish the tables of the application without the records tables. Then run here: ALTER SUBSCRIPTION ${name} REFRESH PUBLICATION; ` +
        `After a switchover, drop the subscription: DROP SUBSCRIPTION ${name}; ` +
        'The copied records stay, so correct them: `check` shows what is missing, `stamp <revision>` records the revision that the schema is at, and `up` runs the rest.\n',
    });
    expect((await run(subscriber, 'status')).code).to.equal(3);
    await execute(at(publisher), `DROP PUBLICATION ${name}`, `CREATE PUBLICATION ${name} FOR TABLE notes`);
    await execute(at(subscriber), `ALTER SUBSCRIPTION ${name} REFRESH PUBLICATION`);
    const stamped = await run(subscriber, 'stamp', 'MakeNotes');
    expect(stamped.code, stamped.stderr).to.equal(0);
    const up = await run(subscriber, 'up');
    expect([up.code, up.stdout.includes('AddText1800000000482')], up.stderr).to.deep.equal([0, true]);
    await insert('id, text', `1, 'one'`);
    await arrived(1);
  });
});
