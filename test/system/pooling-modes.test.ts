import { expect } from 'chai';
import type { Client } from 'pg';
import type { PostgresTarget } from '../../src/database-url.js';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../support/chain-database.js';
import { stateOf } from '../support/chain-state.js';
import { withClient } from '../support/failures.js';
import { locksOf } from '../support/locks.js';
import { startPooler, type Pooler, type PoolerOptions } from '../support/pgbouncer.js';
import { dataSourceFile, runCommand, startProcess, type Ended } from '../support/processes.js';
import { pooledUrl } from '../support/races.js';
import { urlOf } from '../support/servers.js';

const INDEX = 'IndexChildren1800000000105';

describe('Revisions outside a transaction, behind PgBouncer', () => {
  let database: ChainDatabase;
  let pooler: Pooler | undefined;
  beforeEach(async () => {
    database = await newDatabase('postgres');
  });
  afterEach(async () => {
    await pooler?.stop();
    pooler = undefined;
    await database.remove();
  });

  const command = (...args: readonly string[]) => ({
    script: 'orchestrator-db' as const,
    args: [...args, ...dataSourceFile('chain-data-source')],
    env: { DATABASE_URL: pooledUrl(database, pooler) },
  });
  async function up(options: PoolerOptions): Promise<Ended> {
    pooler = await startPooler(options);
    return runCommand(command('up'));
  }

  for (const poolSize of [20, 5])
    it(`Revisions outside a transaction, behind PgBouncer run in session mode, with ${poolSize} server connections, and give them back`, async () => {
      const { code, stderr } = await up({ poolMode: 'session', poolSize });
      expect(code, stderr).to.equal(0);
      expect((await stateOf(database)).records)
        .to.include(INDEX)
        .and.to.have.length(7);
      const down = await runCommand(command('down', 'base'));
      expect(down.code, down.stderr).to.equal(0);
      expect(await locksOf(database)).to.deep.equal([]);
    });

  it('Revisions outside a transaction, behind PgBouncer run in session mode where idle sessions of others wait in the pool', async () => {
    pooler = await startPooler({ poolMode: 'session' });
    const target = pooler.through(postgresTargetOf(database));
    const many = (depth: number): Promise<unknown> =>
      withClient(target, (client) =>
        Promise.all([client.query('SELECT 1'), depth > 1 ? many(depth - 1) : undefined]),
      );
    await many(8);
    const { code, stderr } = await runCommand(command('up'));
    expect(code, stderr).to.equal(0);
    expect((await stateOf(database)).records).to.have.length(7);
  });

  for (const poolMode of ['session', 'transaction'] as const)
    it(`Revisions outside a transaction, behind PgBouncer are known to be behind a pooler in ${poolMode} mode, which status --json reports`, async () => {
      const serverOf = async (more: object = {}) => {
        const given = command('status', '--json');
        const { stdout } = await runCommand({ ...given, env: { ...given.env, ...more } });
        return (JSON.parse(stdout) as { readonly server: { readonly pooler?: boolean } }).server;
      };
      pooler = await startPooler({ poolMode });
      expect(await serverOf()).to.have.property('pooler', true);
      const direct = { DATABASE_URL: urlOf(postgresTargetOf(database)) };
      expect(await serverOf(direct)).not.to.have.property('pooler');
    });

  it('Revisions outside a transaction, behind PgBouncer are refused in transaction mode, also while other clients use the pool all the time', async () => {
    pooler = await startPooler({ poolSize: 12 });
    const target = pooler.through(postgresTargetOf(database));
    let isOver = false;
    const busy = Array.from({ length: 6 }, () =>
      withClient(target, async (client) => {
        while (!isOver) await client.query(`SELECT pg_sleep(random() * 0.01)`);
      }),
    );
    for (let time = 0; time < 5; time += 1) {
      const { code, stderr } = await runCommand(command('up'));
      expect(code).to.equal(1);
      expect(stderr).to.include(`${INDEX}: runs outside a transaction`).and.include('DATABASE_DIRECT_URL');
    }
    isOver = true;
    await Promise.all(busy);
    expect((await stateOf(database)).records).to.have.length(4);
  });

  it('Revisions behind PgBouncer are refused in transaction mode where its sessions have temporary tables that hide those of the schema', async () => {
    await up({ poolSize: 3 });
    const before = await stateOf(database);
    const target = pooler!.through(postgresTargetOf(database));
    const leaving = () =>
      withClient(target, async (client) => {
        await client.query('BEGIN');
        await client.query('CREATE TEMPORARY TABLE parent (id integer)');
        await client.query('SELECT pg_sleep(1)');
        await client.query('COMMIT');
      });
    await Promise.all([leaving(), leaving(), leaving()]);
    const { code, stderr } = await runCommand(command('down'));
    expect(stderr).to.include('has a temporary table pg_temp.parent, which hides public.parent: ');
    expect(code).to.equal(3);
    expect(await stateOf(database)).to.deep.equal(before);
  });

  it('Revisions behind PgBouncer create nothing in the schema of another client whose search path a session of the pool has', async () => {
    const direct = postgresTargetOf(database);
    await withClient(direct, (client) => client.query('CREATE SCHEMA tenant7'));
    pooler = await startPooler();
    expect((await runCommand(command('up', '+1'))).code).to.equal(0);
    await pooler.stop();
    for (const dirty of [1, 2, 3]) {
      pooler = await startPooler({ poolSize: 4, roundRobin: true });
      await withDirtySessions(pooler.through(direct), { all: 4, dirty });
      const { code, stderr } = await runCommand(command('up', '+3'));
      expect([0, 1, 3], stderr).to.include(code);
      if (code !== 0) expect(stderr).to.match(/search path/i);
      await withClient(direct, async (client) => {
        const { rows } = await client.query(
          `SELECT FROM pg_class WHERE relnamespace = 'tenant7'::regnamespace`,
        );
        expect(rows).to.deep.equal([]);
      });
      await pooler.stop();
      pooler = undefined;
    }
  });

  it('Revisions outside a transaction, behind PgBouncer let several processes at once end well in session mode, each revision run once', async () => {
    pooler = await startPooler({ poolMode: 'session', poolSize: 30 });
    const all = await Promise.all(Array.from({ length: 4 }, () => startProcess(command('up')).ended));
    expect(all.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).to.deep.equal([0, 0, 0, 0]);
    expect((await stateOf(database)).records).to.have.length(7);
  });

  it('Revisions outside a transaction, behind PgBouncer are refused in statement mode like all others, saying what to set, and nothing is changed', async () => {
    const { code, stderr } = await up({ poolMode: 'statement' });
    expect(stderr).to.equal(
      `error: The pooler before ${urlOf({ ...pooler!.through(postgresTargetOf(database)), user: undefined as never }).replace('//undefined@', '//')} is in statement mode, which allows no transactions. Nothing was changed. ` +
        'Set DATABASE_DIRECT_URL to the server itself, or the pooler to pool_mode = transaction.\n',
    );
    expect(code).to.equal(1);
    expect((await stateOf(database)).records).to.deep.equal([]);
  });

  it('Revisions outside a transaction, behind PgBouncer are refused in statement mode, saying that this DataSource does not use the variable', async () => {
    pooler = await startPooler({ poolMode: 'statement' });
    const args = ['up', ...dataSourceFile('plain-data-source')];
    const DATABASE_DIRECT_URL = urlOf(postgresTargetOf(database));
    const { env } = command();
    const { code, stderr } = await runCommand({ ...command(), args, env: { ...env, DATABASE_DIRECT_URL } });
    expect(stderr).to.match(
      /^note: DATABASE_DIRECT_URL is set, but this DataSource does not use it: only one of createDataSource\(\) does\. Specify its address in the DataSource with which you migrate\.\nerror: The pooler before /,
    );
    expect(code).to.equal(1);
  });
});

/** Leaves as many sessions of the pool as wanted with the search path of another tenant. */
async function withDirtySessions(
  target: PostgresTarget,
  { all, dirty }: { readonly all: number; readonly dirty: number },
): Promise<void> {
  const open = async (left: number, client: Client): Promise<void> => {
    await client.query('BEGIN');
    if (left <= dirty) await client.query('SET search_path = tenant7, public');
    if (left > 1) await withClient(target, (next) => open(left - 1, next));
    await client.query('COMMIT');
  };
  await withClient(target, (client) => open(all, client));
}
