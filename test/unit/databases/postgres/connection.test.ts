import { expect } from 'chai';
import type { PostgresTarget } from '../../../../src/database-url.js';
import { postgres } from '../../../../src/databases/postgres/database.js';
import { parseSettings } from '../../../../src/settings.js';

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

const WAITING_MAY_HELP: readonly (readonly [error: unknown, reason: string])[] = [
  [failure('connect ECONNREFUSED 10.0.0.7:5432', 'ECONNREFUSED'), 'connection refused'],
  [failure('read ECONNRESET', 'ECONNRESET'), 'connection reset'],
  [failure('connect EHOSTUNREACH', 'EHOSTUNREACH'), 'host unreachable'],
  [failure('connect ENETUNREACH', 'ENETUNREACH'), 'network unreachable'],
  [failure('connect ETIMEDOUT', 'ETIMEDOUT'), 'no answer in time'],
  [failure('getaddrinfo ENOTFOUND db.example', 'ENOTFOUND'), 'the host name cannot be resolved'],
  [
    failure('getaddrinfo EAI_AGAIN db.example', 'EAI_AGAIN'),
    'the host name cannot be resolved at the moment',
  ],
  [failure('connect ENOENT /tmp/.s.PGSQL.5432', 'ENOENT'), 'no server listens on that socket'],
  [
    failure('terminating connection due to administrator command', '57P01'),
    'the server ended the session or is shutting down; try again',
  ],
  [
    failure('Query runner already released. Cannot run queries anymore.'),
    'the server ended the session or is shutting down; try again',
  ],
  [failure('the database system is starting up', '57P03'), 'the server is starting up or shutting down'],
  [failure('sorry, too many clients already', '53300'), 'the server has too many connections'],
  [failure('timeout expired'), 'no answer in time'],
  [failure('Connection terminated due to connection timeout'), 'no answer in time'],
  [failure('Connection terminated unexpectedly'), 'no answer in time'],
  [
    new AggregateError([failure('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED'), failure('second')]),
    'connection refused',
  ],
];

const WAITING_IS_VAIN: readonly (readonly [error: unknown, reason: string])[] = [
  [
    failure('password authentication failed for user "ann"', '28P01'),
    'password authentication failed for user "ann"',
  ],
  [failure('database "orders" does not exist', '3D000'), 'database "orders" does not exist'],
  [failure('no pg_hba.conf entry for host', '28000'), 'no pg_hba.conf entry for host'],
  [
    Object.assign(failure('no PostgreSQL user name specified in startup packet', '28000'), {
      routine: 'ProcessStartupPacket',
    }),
    'no PostgreSQL user name specified in startup packet; write the user into the URL, as in postgres://<user>@<host>/<database>',
  ],
  [failure('The server does not support SSL connections'), 'The server does not support SSL connections'],
  [failure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'self-signed certificate'],
  ['thrown as text', 'thrown as text'],
  [
    new AggregateError([failure('first reason', 'EACCES'), failure('second reason')]),
    'first reason; second reason',
  ],
];

function optionsOf(url: string, env: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  return { ...postgres.connectionOptions(parseSettings({ DATABASE_URL: url, ...env })) };
}

describe('The PostgreSQL dialect', () => {
  for (const [error, reason] of WAITING_MAY_HELP) {
    it(`The PostgreSQL dialect retries after ${String(error)}: ${reason}`, () => {
      expect(postgres.explainConnectFailure(error)).to.deep.equal({ reason, transient: true });
    });
  }

  for (const [error, reason] of WAITING_IS_VAIN) {
    it(`The PostgreSQL dialect does not retry after ${String(error)} (${reason})`, () => {
      expect(postgres.explainConnectFailure(error)).to.deep.equal({ reason, transient: false });
    });
  }

  it('The PostgreSQL dialect passes the whole URL and the settings to TypeORM', () => {
    const options = optionsOf(
      'postgres://ann:secret@db.example:5433/orders?application_name=billing&options=-cwork_mem%3D8MB&sslmode=require',
      { DB_POOL_SIZE: '3', DB_CONNECT_TIMEOUT_MS: '1234' },
    );
    const { extra, ...others } = options;
    expect(extra).to.include({
      options: '-cwork_mem=8MB',
      keepAlive: true,
      keepAliveInitialDelayMillis: 5000,
    });
    expect(others).to.deep.equal({
      type: 'postgres',
      host: 'db.example',
      port: 5433,
      username: 'ann',
      password: 'secret',
      database: 'orders',
      ssl: { rejectUnauthorized: false },
      applicationName: 'billing',
      connectTimeoutMS: 1234,
      poolSize: 3,
      installExtensions: false,
    });
  });

  it('The PostgreSQL dialect sets the application name and omits options that the URL does not contain', () => {
    const options = optionsOf('postgres://db.example/orders');
    expect(options).to.include({ applicationName: 'orchestrator-db' });
    expect(options).not.to.have.any.keys('username', 'password');
    expect(options['extra']).to.have.all.keys('keepAlive', 'keepAliveInitialDelayMillis', 'onConnect');
  });

  it('The PostgreSQL dialect sets the statement timeout by a statement, never as a startup parameter', async () => {
    const options = optionsOf('postgres://db.example/orders', { DB_STATEMENT_TIMEOUT_MS: '2345' });
    const extra = options['extra'] as { onConnect: (client: object) => Promise<unknown> };
    const sent: string[] = [];
    await extra.onConnect({ on: () => undefined, query: (sql: string) => Promise.resolve(sent.push(sql)) });
    expect(sent).to.deep.equal(['SET statement_timeout = 2345']);
    expect(extra).not.to.have.any.keys('statement_timeout');
  });

  it('The PostgreSQL dialect checks nothing before it connects', () => {
    const database = { dialect: 'postgres', host: 'nowhere.invalid', database: 'orders' } as PostgresTarget;
    expect(() =>
      postgres.assertReachable({ ...parseSettings({}), database }, { readOnly: false }),
    ).not.to.throw();
  });
});
