import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { createDataSource } from '../../src/data-source.js';
import type { PostgresTarget } from '../../src/database-url.js';
import { freePort } from '../../src/databases/postgres/scratch/embedded-postgres.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { withClient } from '../support/failures.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';
import { runScript } from '../support/run-script.js';
import { urlOf } from '../support/servers.js';
import { startReplicatedPair, type ReplicatedPair } from '../support/standby.js';
import { until } from '../support/until.js';

const GAUGES = revision(
  'MakeGauges1800000000361',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000362', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const LIMIT_MS = 20_000;
const PORT = 'SELECT inet_server_port() AS port';

describe('A URL with several servers', function () {
  this.timeout(60_000);
  let pair: ReplicatedPair;
  beforeEach(async () => {
    pair = await startReplicatedPair();
  });
  afterEach(() => pair.stop());

  const of = (servers: readonly PostgresTarget[], parameters = '') => {
    const { port, ...rest } = servers[0]!;
    const list = servers.map(({ host, port: own }) => `${host}:${own}`).join(',');
    return urlOf({ ...rest, port }).replace(`127.0.0.1:${port}`, list) + parameters;
  };
  const source = (url: string) =>
    createDataSource(
      parseSettings({ DATABASE_URL: url, DB_POOL_SIZE: '2', DB_CONNECT_TIMEOUT_MS: String(LIMIT_MS) }),
      {
        entities: [],
        migrations: [GAUGES],
        logger: new LineLogger('error', () => undefined),
      },
    );
  const reached = async (url: string) => {
    const dataSource = await source(url).initialize();
    try {
      const [row] = await dataSource.query<{ port: number }[]>(PORT);
      return row?.port;
    } finally {
      await dataSource.destroy();
    }
  };
  const failure = async (url: string) => {
    const error: unknown = await reached(url).catch((reason: unknown) => reason);
    return withoutNames(String(error));
  };
  const withoutNames = (text: string) =>
    text
      .replaceAll(/postgres:\/\/[^@ ]*@/g, 'postgres://')
      .replaceAll(`127.0.0.1:${pair.primary.port}`, 'PRIMARY')
      .replaceAll(`127.0.0.1:${pair.standby.port}`, 'STANDBY');

  it('A URL with several servers leads to the first that has the wanted role', async () => {
    const { primary, standby } = pair;
    const absent = { ...primary, port: await freePort() };
    expect({
      any: await reached(of([standby, primary])),
      'any, the first cannot be reached': await reached(of([absent, primary, standby])),
      'read-write': await reached(of([standby, primary], '?target_session_attrs=read-write')),
      primary: await reached(of([absent, standby, primary], '?target_session_attrs=primary')),
      'read-only': await reached(of([primary, standby], '?target_session_attrs=read-only')),
      standby: await reached(of([primary, standby], '?target_session_attrs=standby')),
      'prefer-standby': await reached(of([primary, standby], '?target_session_attrs=prefer-standby')),
      'prefer-standby, there is none': await reached(
        of([absent, primary], '?target_session_attrs=prefer-standby'),
      ),
    }).to.deep.equal({
      any: standby.port,
      'any, the first cannot be reached': primary.port,
      'read-write': primary.port,
      primary: primary.port,
      'read-only': standby.port,
      standby: standby.port,
      'prefer-standby': standby.port,
      'prefer-standby, there is none': primary.port,
    });
  });

  it('A URL with several servers and load_balance_hosts=random leads to each of them', async () => {
    const url = of([pair.standby, pair.primary], '?load_balance_hosts=random');
    const ports = new Set<number | undefined>();
    await until(async () => ports.add(await reached(url)).size === 2);
  });

  it('A URL with several servers of which none has the wanted role is refused with what each says', async () => {
    const absent = { ...pair.primary, port: await freePort() };
    expect(await failure(of([pair.standby, absent], '?target_session_attrs=read-write'))).to.equal(
      `ConnectError: Cannot connect to postgres://STANDBY,127.0.0.1:${absent.port}/postgres: ` +
        'no server of the list fits target_session_attrs=read-write: STANDBY is a standby; ' +
        `127.0.0.1:${absent.port} cannot be reached (connection refused). Start the primary, or promote a standby; then try again.`,
    );
    expect(await failure(of([absent, absent]))).to.include(
      `no server of the list answers: 127.0.0.1:${absent.port} cannot be reached (connection refused); `,
    );
    await withClient(pair.primary, (client) =>
      client.query('ALTER ROLE CURRENT_USER SET default_transaction_read_only = on'),
    );
    expect(await failure(of([pair.primary], '?target_session_attrs=read-write'))).to.include(
      'PRIMARY is a primary whose transactions are read-only by default. Set target_session_attrs=primary to use that primary all the same.',
    );
    expect(await failure(of([pair.primary], '?target_session_attrs=standby'))).to.include(
      'no server of the list fits target_session_attrs=standby: PRIMARY is a primary whose transactions are read-only by default. ' +
        'Add a standby to the list, or set target_session_attrs=prefer-standby to use the primary where there is none. ' +
        'To migrate, set DATABASE_URL without target_session_attrs.',
    );
  });

  it('A URL with several servers that lack the database says that they cannot be used', async () => {
    const lacking = [pair.primary, pair.standby].map((server) => ({ ...server, database: 'nowhere' }));
    expect(await failure(of(lacking))).to.include(
      'PRIMARY cannot be used: database "nowhere" does not exist; STANDBY cannot be used: database "nowhere" does not exist.',
    );
  });

  it('A URL with two primaries writes to neither', async () => {
    await withClient(pair.standby, (client) => client.query('SELECT pg_promote()'));
    const words =
      'Cannot connect to postgres://PRIMARY,STANDBY/postgres: PRIMARY and STANDBY each say that they are the primary. ' +
      'Nothing is written to either: leave the right one alone in the URL, and end the other or make it a standby.';
    expect(await failure(of([pair.primary, pair.standby], '?target_session_attrs=read-write'))).to.equal(
      `ConnectError: ${words}`,
    );
    const { code, stderr } = await up([pair.primary, pair.standby]);
    expect([code, withoutNames(stderr)]).to.deep.equal([1, `error: ${words}\n`]);
    expect(await reached(of([pair.standby, pair.primary]))).to.equal(pair.standby.port);
  });

  it('A URL that has one server under two names leads to it, and migrates there', async () => {
    const { primary, standby } = pair;
    const named = { ...primary, host: 'localhost' };
    expect(await reached(of([primary, named], '?target_session_attrs=read-write'))).to.equal(primary.port);
    expect(await up([primary, standby, named])).to.deep.include({ code: 0, stderr: '' });
  });

  const up = (servers: readonly PostgresTarget[], migrations = [GAUGES]) =>
    runCommandHere({ entities: [], migrations }, of(servers), ['up']);

  it('A URL with several servers migrates on the primary, and on its successor after a failover', async () => {
    const { primary, standby } = pair;
    expect(await up([standby, primary])).to.deep.include({ code: 0, stderr: '' });
    await until(async () => (await tablesOf(standby)).includes('gauges'));
    const dataSource = await source(of([primary, standby], '?target_session_attrs=read-write')).initialize();
    await pair.failOver();
    await until(() =>
      dataSource.query<{ port: number }[]>(PORT).then(
        ([row]) => row?.port === standby.port,
        () => false,
      ),
    );
    await dataSource.destroy();
    expect(await up([primary, standby], [GAUGES, DIALS])).to.deep.include({ code: 0, stderr: '' });
    expect(await tablesOf(standby)).to.include.members(['gauges', 'dials']);
  });

  it('A URL with several servers and one of the primary lead to one database', async () => {
    const { primary, standby } = pair;
    const env = { DATABASE_URL: of([standby, primary]), DATABASE_DIRECT_URL: urlOf(primary) };
    expect(await runScript('orchestrator-db', ['up', '+1'], { env })).to.deep.include({
      code: 0,
      stderr: '',
    });
    const swapped = { DATABASE_URL: urlOf(primary), DATABASE_DIRECT_URL: of([standby, primary]) };
    expect(await runScript('orchestrator-db', ['up', '+1'], { env: swapped })).to.deep.include({
      code: 0,
      stderr: '',
    });
  });

  const tablesOf = async (target: PostgresTarget) => {
    const rows = await withClient(target, (client) =>
      client.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relkind = 'r'`),
    );
    return rows.rows.map(({ name }) => name);
  };

  it('A server that never answers holds nobody up while another one of the list fits', async () => {
    const silent = await listening();
    const { port } = silent.address() as { readonly port: number };
    const since = performance.now();
    const url = of([{ ...pair.primary, port }, pair.primary], '?target_session_attrs=read-write');
    expect(await reached(url)).to.equal(pair.primary.port);
    expect(performance.now() - since).to.be.lessThan(LIMIT_MS * 0.75);
    silent.close();
  });
});

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
