import { expect } from 'chai';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { withRawClient } from '../support/raw-postgres.js';
import { startLogicalPostgres, type RestartablePostgres } from '../support/restartable-postgres.js';
import { urlOf } from '../support/servers.js';

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
});
