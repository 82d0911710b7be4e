import { expect } from 'chai';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { parseSettings } from '../../src/settings.js';
import { withPrimary } from '../../src/with-primary.js';
import { onTarget, only } from '../support/failures.js';
import { withRawClient } from '../support/raw-postgres.js';
import { startLogicalPostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { detailedReadiness } from '../support/readiness.js';
import { revision } from '../support/revisions.js';
import { urlOf } from '../support/servers.js';

const NOTES = revision('MakeNotes1800000000491', ['CREATE TABLE notes (id integer PRIMARY KEY)'], []);
const TEXT = revision('AddText1800000000492', ['ALTER TABLE notes ADD COLUMN text text'], []);

describe('DATABASE_REPLICA_URLS with logical replication', () => {
  let server: RestartablePostgres;
  before(async () => {
    server = await startLogicalPostgres();
  });
  after(() => server.stop());

  const at = (database: string) => ({ ...server.target, database });
  const execute = (database: string, ...statements: readonly string[]) =>
    withRawClient(at(database), async (client) => {
      for (const sql of statements) await client.query(sql);
    });

  const migrate = (database: string, target = 'head') =>
    onTarget(at(database), { contents: only(NOTES, TEXT) }, (dataSource) =>
      migrateUp(dataSource, { target }),
    );

  /** Of an application with these revisions that reads on the subscriber. */
  async function readinessOf(migrations: readonly (typeof NOTES)[]): Promise<unknown> {
    const env = { DATABASE_URL: urlOf(at('publisher_2')), DATABASE_REPLICA_URLS: urlOf(at('subscriber_2')) };
    const logger = new LineLogger('error', () => undefined);
    const dataSource = createDataSource(parseSettings(env), { entities: [], migrations, logger });
    await dataSource.initialize();
    try {
      const health = await detailedReadiness(dataSource).ready();
      const [row] = await withPrimary(dataSource, (manager) =>
        manager.query<readonly { database: string }[]>('SELECT current_database() AS database'),
      );
      expect(row?.database).to.equal('publisher_2');
      return health;
    } finally {
      await dataSource.destroy();
    }
  }

  async function connect(): Promise<void> {
    const env = { DATABASE_URL: urlOf(at('publisher')), DATABASE_REPLICA_URLS: urlOf(at('subscriber')) };
    const logger = new LineLogger('error', () => undefined);
    const dataSource = createDataSource(parseSettings(env), { entities: [], migrations: [], logger });
    await dataSource.initialize();
    await dataSource.destroy();
  }

  it('DATABASE_REPLICA_URLS takes a database that subscribes to that of DATABASE_URL, and none that does not', async () => {
    await execute('postgres', 'CREATE DATABASE publisher', 'CREATE DATABASE subscriber');
    const refused: unknown = await connect().catch((reason: unknown) => reason);
    expect(refused).to.have.property('code', 'REPLICA_DIFFERS');
    await execute(
      'publisher',
      'CREATE PUBLICATION all_tables FOR ALL TABLES',
      `SELECT pg_create_logical_replication_slot('read_copy', 'pgoutput')`,
    );
    await execute(
      'subscriber',
      `CREATE SUBSCRIPTION read_copy CONNECTION '${urlOf(at('publisher'))}' PUBLICATION all_tables WITH (create_slot = false)`,
    );
    await connect();
    await execute('subscriber', 'DROP SUBSCRIPTION read_copy');
  });

  it('DATABASE_REPLICA_URLS turns readiness down while a subscriber has other revisions than the primary, and the primary is used meanwhile', async () => {
    await execute('postgres', 'CREATE DATABASE publisher_2', 'CREATE DATABASE subscriber_2');
    for (const name of ['publisher_2', 'subscriber_2']) await migrate(name, '+1');
    await execute(
      'publisher_2',
      'CREATE PUBLICATION notes_only FOR TABLE notes',
      `SELECT pg_create_logical_replication_slot('notes_copy', 'pgoutput')`,
    );
    await execute(
      'subscriber_2',
      `CREATE SUBSCRIPTION notes_copy CONNECTION '${urlOf(at('publisher_2'))}' PUBLICATION notes_only WITH (create_slot = false)`,
    );
    try {
      expect(await readinessOf([NOTES])).to.deep.equal({ status: 'up' });
      await migrate('subscriber_2');
      const { port } = server.target;
      const words = (found: string) =>
        `DATABASE_REPLICA_URLS: the schema of 127.0.0.1:${port} is ${found} the primary by AddText1800000000492, so reads there may fail. ` +
        'Migrate both databases to one revision. Reads and writes on the primary go on.';
      const down = (found: string) => ({
        status: 'down',
        reason: 'REPLICA_SCHEMA',
        details: [words(found)],
      });
      expect(await readinessOf([NOTES])).to.deep.equal(down('ahead of'));
      await migrate('publisher_2');
      expect(await readinessOf([NOTES, TEXT])).to.deep.equal({ status: 'up' });
      await execute('subscriber_2', `DELETE FROM migrations WHERE name LIKE 'AddText%'`);
      expect(await readinessOf([NOTES, TEXT])).to.deep.equal(down('behind'));
    } finally {
      await execute('subscriber_2', 'DROP SUBSCRIPTION notes_copy');
    }
  });
});
